using ModelPack.Packing.Architectures;
using ModelPack.Packing.Planning;
using ModelPack.Packing.Quantizing;
using ModelPack.Packing.Stages;
using ModelPack.Packing.Store;

namespace ModelPack.Packing.Calibration;

/// <summary>What all steps of one calibration share: the model, the rows, the cores, the store, and where large activations go.</summary>
internal sealed class CalibrationContext : IDisposable
{
    // Activations of more bytes go into a mapped file, whose pages the system can take back.
    internal const long MemoryBudget = 1L << 30;

    // Tokens that are summed up at once: enough for the products to run at full speed, whatever the number of cores.
    private const int TokensOfChunk = 4096;

    private readonly string _scratch;
    private readonly Action<string>? _finished;
    private int _files;

    public CalibrationContext(PackJob job, CalibrationRows rows, Action<string>? finished, CancellationToken cancellation)
    {
        Job = job;
        Rows = rows;
        Cancellation = cancellation;
        _finished = finished;
        Steps = new CalibrationSteps(job.Request.StepTaken);
        Blocks = DecoderBlockList.Of(job.Source.Architecture);
        ModelKey = CalibrationKeys.OfModel(job, rows);
        Products = job.Request.Products ?? CalibrationProducts.OfMachine;
        DecisionKey = CalibrationKeys.OfProducts(ModelKey, Products.Device);
        _scratch = Directory.CreateTempSubdirectory("modelpack-calibration-").FullName;
    }

    public PackJob Job { get; }

    public DecoderArchitecture Architecture => Job.Source.Architecture;

    public PackStore Store => Job.Request.Store;

    public CalibrationRows Rows { get; }

    public IReadOnlyList<LayerBlock> Blocks { get; }

    /// <summary>Hash of the source's weights and of the rows: what activations of the unquantized model follow from.</summary>
    public string ModelKey { get; }

    /// <summary>The same, and where products are computed: what statistics and decisions follow from.</summary>
    public string DecisionKey { get; }

    /// <summary>Measures steps.</summary>
    public CalibrationSteps Steps { get; }

    /// <summary>Computes large products.</summary>
    public CalibrationProducts Products { get; }

    public int Threads => Job.Threads;

    public CancellationToken Cancellation { get; }

    /// <summary>Cores and cancellation for work on the rows of a matrix.</summary>
    public ParallelOptions Parallel => new() { MaxDegreeOfParallelism = Threads, CancellationToken = Cancellation };

    /// <summary>Activations of the stream's width.</summary>
    public HiddenStates Stream(string name) => States(name, Architecture.HiddenSize);

    /// <summary>Activations of some width.</summary>
    public HiddenStates States(string name, int width)
    {
        long bytes = Rows.Tokens * width * sizeof(float);
        try
        {
            return new HiddenStates(Rows.Count, Rows.Length, width, bytes > MemoryBudget ? Path.Combine(_scratch, $"{name}-{_files++}") : null);
        }
        catch (IOException e)
        {
            throw new ModelPackException(
                CalibrationErrors.NoRoom,
                $"{_scratch} has no room for {ByteText.Of(bytes)} of activations ({e.Message.TrimEnd('.')}); free some space, point TMPDIR at another disk, or lower CalibrationSamples.",
                e);
        }
    }

    /// <summary>Values of a weight in the checkpoint.</summary>
    public IWeightRows Source(DecoderWeight weight) => Job.Source.Rows(weight);

    /// <summary>Opens a part of a block.</summary>
    public PartSession Open(LayerBlock block, LayerPart part, Func<DecoderWeight, IWeightRows> rows) =>
        PartSession.Open(Architecture, block.Layer, part, rows, Threads);

    /// <summary>Computes the stream before the first block.</summary>
    public void Embed(HiddenStates to)
    {
        using PartSession embedding = PartSession.Open(
            DecoderGraph.Build(Architecture, DecoderGraphOptions.EmbeddingOnly, _ => new WeightStorage.Float32()), Source, Threads);
        ForRows(0, to.Rows, (row, _) => embedding.Run(Rows.Ids[row], RowTensor.Of(to, row)));
    }

    /// <summary>Runs a block of the unquantized model on all rows.</summary>
    public void RunFloatBlock(LayerBlock block, HiddenStates from, HiddenStates to)
    {
        RunBlock(block, Source, [(from, to)]);
        RequireFinite(block, to);
    }

    /// <summary>Runs a block on several streams; one may be read from and written to the same place.</summary>
    /// <param name="block">The block.</param>
    /// <param name="rows">Values of its weights.</param>
    /// <param name="streams">Hidden states before and behind the block.</param>
    public void RunBlock(LayerBlock block, Func<DecoderWeight, IWeightRows> rows, IReadOnlyList<(HiddenStates From, HiddenStates To)> streams)
    {
        if (streams.Count == 0)
        {
            return;
        }

        using PartSession norm = Open(block, block.Norm, rows);
        using PartSession inner = Open(block, block.Inner, rows);
        using PartSession output = Open(block, block.Output, rows);
        int inputWidth = LayerPartGraph.OutputWidth(Architecture, block.Layer, block.Norm), width = LayerPartGraph.OutputWidth(Architecture, block.Layer, block.Inner);
        foreach ((HiddenStates from, HiddenStates to) in streams)
        {
            ForRows(0, from.Rows, (row, scratch) =>
            {
                RowTensor input = scratch.Get(0, inputWidth), activations = scratch.Get(1, width);
                norm.Run(RowTensor.Of(from, row), input);
                inner.Run(input, activations);
                output.Run(activations, RowTensor.Of(to, row), RowTensor.Of(from, row));
            });
        }
    }

    /// <summary>
    /// Works on rows side by side, each on one core, which wastes no time on handing parts of a small product around and gives
    /// the same bits for any number of cores.
    /// </summary>
    /// <param name="first">First row.</param>
    /// <param name="count">Rows.</param>
    /// <param name="action">Gets a row and memory of its own.</param>
    public void ForRows(int first, int count, Action<int, RowScratch> action) => Steps.Run(CalibrationSteps.Forward, () =>
    {
        try
        {
            System.Threading.Tasks.Parallel.For(first, first + count, Parallel, () => new RowScratch(Rows.Length), (row, _, scratch) =>
            {
                action(row, scratch);
                return scratch;
            }, scratch => scratch.Dispose());
        }
        catch (AggregateException e)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(e.Flatten().InnerExceptions[0]);
        }
    });

    /// <summary>Calibration rows that are summed up at once; the sums depend on it, so it depends on nothing but their length.</summary>
    /// <param name="rows">Rows in all.</param>
    public IEnumerable<(int First, int Count)> Chunks(int rows)
    {
        int chunk = ChunkRows(rows);
        for (int first = 0; first < rows; first += chunk)
        {
            yield return (first, Math.Min(chunk, rows - first));
        }
    }

    /// <summary>Rows of the largest of <see cref="Chunks"/>.</summary>
    public int ChunkRows(int rows) => Math.Clamp(TokensOfChunk / Rows.Length, 1, rows);

    /// <summary>Says that a step is done.</summary>
    public void Report(string item) => _finished?.Invoke(item);

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            Directory.Delete(_scratch, recursive: true);
        }
        catch (IOException)
        {
            // A scanner may hold the empty folder; the system removes it with its other temporary files.
        }
    }

    private void RequireFinite(LayerBlock block, HiddenStates states)
    {
        for (int row = 0; row < states.Rows; row++)
        {
            if (FiniteCheck.IndexOfNotFinite(states.Row(row)) >= 0)
            {
                throw new ModelPackException(
                    CalibrationErrors.NotFinite,
                    $"{Architecture.ConfigFile}: the unquantized model's layer {block.Layer} gives values that are no numbers; the checkpoint does not fit its config.json.");
            }
        }
    }
}
