namespace ModelPack.Packing.Calibration;

/// <summary>Sums up what linear layers read, some calibration rows at a time and in their order. Experts' sums are formed for as many at a time as memory allows.</summary>
/// <param name="context">Model and rows.</param>
/// <param name="width">Columns of the activations.</param>
/// <param name="measured">Rows from the first on that are measured.</param>
internal sealed class InputMeasurement(CalibrationContext context, int width, int measured)
{
    // Bytes of the sums that are formed at a time.
    private const long MemoryBudget = 1L << 30;

    /// <summary>Gives a row's activations [tokens, columns], and what is missing in them or in what follows from them.</summary>
    public delegate void RowMeasurement(int row, Span<float> activations, Span<float> difference, RowScratch scratch);

    /// <summary>Differences are of the activations themselves and are selected like them; otherwise all of a row's belong to all of its tokens.</summary>
    public bool DiffersInActivations { get; init; }

    /// <summary>Columns of the differences; 0: there are none.</summary>
    public int Differences { get; init; }

    /// <summary>Only the mean squares are asked for.</summary>
    public bool SquaresOnly { get; init; }

    /// <summary>Measures.</summary>
    /// <param name="inputs">What is read.</param>
    /// <param name="measure">Gives a row.</param>
    /// <param name="visit">Gets the sums of an input, which it may take.</param>
    public void Run(IReadOnlyList<LinearInput> inputs, RowMeasurement measure, Action<LinearInput, InputStatistics> visit)
    {
        int tokens = context.Rows.Length, chunk = context.ChunkRows(measured);
        float[] activations = new float[(long)chunk * tokens * width];
        float[] missing = new float[(long)chunk * tokens * Differences];
        float[] selected = new float[inputs.All(input => input.Rows.IsWhole(width)) ? 0 : activations.LongLength], selectedMissing = new float[selected.Length > 0 ? missing.LongLength : 0];
        foreach (LinearInput[] batch in Batches(inputs))
        {
            InputStatistics[] statistics = [.. batch.Select(input => new InputStatistics(input.Rows.Width, DifferencesOf(input), context.Products.Products, context.Threads, SquaresOnly))];
            foreach ((int first, int count) in context.Chunks(measured))
            {
                context.ForRows(first, count, (row, scratch) => measure(
                    row,
                    activations.AsSpan((row - first) * tokens * width, tokens * width),
                    missing.AsSpan((row - first) * tokens * Differences, tokens * Differences),
                    scratch));
                context.Steps.Run(CalibrationSteps.Statistics, () =>
                {
                    for (int i = 0; i < batch.Length; i++)
                    {
                        Add(statistics[i], batch[i].Rows, count * tokens);
                    }
                });
            }

            for (int i = 0; i < batch.Length; i++)
            {
                visit(batch[i], statistics[i]);
            }
        }

        void Add(InputStatistics sums, RowSelection rows, int tokensOfChunk)
        {
            if (rows.IsWhole(width))
            {
                sums.Add(tokensOfChunk, activations, missing);
                return;
            }

            int taken = rows.Copy(activations, width, tokensOfChunk, selected);
            if (DiffersInActivations && Differences > 0)
            {
                rows.Copy(activations, missing, width, tokensOfChunk, selectedMissing);
            }

            if (taken > 0)
            {
                sums.Add(taken, selected, DiffersInActivations ? selectedMissing : missing);
            }
        }
    }

    private int DifferencesOf(LinearInput input) => Differences == 0 ? 0 : DiffersInActivations ? input.Rows.Width : Differences;

    private IEnumerable<LinearInput[]> Batches(IReadOnlyList<LinearInput> inputs)
    {
        var batch = new List<LinearInput>();
        long bytes = 0;
        foreach (LinearInput input in inputs)
        {
            long own = (long)input.Rows.Width * (SquaresOnly ? 1 : input.Rows.Width + DifferencesOf(input)) * sizeof(float);
            if (batch.Count > 0 && bytes + own > MemoryBudget)
            {
                yield return [.. batch];
                batch.Clear();
                bytes = 0;
            }

            batch.Add(input);
            bytes += own;
        }

        yield return [.. batch];
    }
}
