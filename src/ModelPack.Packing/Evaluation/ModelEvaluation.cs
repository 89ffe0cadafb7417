using ModelPack.Packing.Adapters;
using ModelPack.Packing.Recipes;
using ModelPack.Packing.Sources;
using ModelPack.Runtime.Tokenization;

namespace ModelPack.Packing.Evaluation;

/// <summary>Measures the fidelity of models to a reference: both run window by window, side by side, so that no more than one window's logits are kept.</summary>
public static class ModelEvaluation
{
    private const int PaperContext = 2048;
    private const int LlamaCppContext = 512;

    /// <summary>Measures a packed folder against its source in float32, which runs layer by layer and so need not fit into memory.</summary>
    /// <param name="request">What to measure.</param>
    /// <param name="progress">Gets the steps of the reference, then the windows done and their number.</param>
    /// <param name="cancellation">Checked between windows.</param>
    /// <exception cref="ModelPackException">MPK202x, or an error of the source or the packed folder.</exception>
    public static FidelityReport Run(EvaluationRequest request, IProgress<PackProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        string text = EvaluationTextFile.Read(request.TextFile);
        Recipe recipe = Recipe.Default with { Adapters = request.Adapter is { } adapter ? [adapter] : [] };
        using AdaptedModel adapted = AdaptedModel.Open(request.Reference, recipe);
        ModelSource source = adapted.Source;
        int usual = request.Protocol == EvaluationProtocol.Paper ? PaperContext : LlamaCppContext;
        int context = request.Context ?? Math.Min(usual, source.Architecture.ContextLength);
        if (context > source.Architecture.ContextLength)
        {
            throw new ModelPackException(EvaluationErrors.NotComparable, $"{request.Reference} takes {source.Architecture.ContextLength} tokens and windows of {context} were asked for; use a smaller context.");
        }

        int? most = request.Tokens is { } tokens ? Math.Max(1, tokens / context) : null;
        TokenWindows windows = TokenWindows.Cut(Tokenizer.Load(source.Folder), text, source.Architecture.BosTokenId, context, most);
        using LayerwiseLogitSource reference = LayerwiseLogitSource.OpenSource(
            source, windows.All(request.Protocol), request.Threads, finished: Steps("reference"), cancellation: cancellation);
        using SessionLogitSource model = SessionLogitSource.OpenPacked(request.Packed, request.Exact, request.Threads);
        return Measure(reference, [model], windows, request.Protocol, Steps("evaluate"), cancellation)[0];

        Action<int, int> Steps(string stage) => (done, total) => progress?.Report(new PackProgress(source.Name, stage, done, total, null));
    }

    /// <summary>Measures several models against one reference on the same windows.</summary>
    /// <param name="reference">The model that is right by definition.</param>
    /// <param name="models">The models.</param>
    /// <param name="windows">The text.</param>
    /// <param name="protocol">Which positions count.</param>
    /// <param name="finished">Called after each window with the windows done and their number.</param>
    /// <param name="cancellation">Checked between windows.</param>
    /// <returns>One report a model, in their order.</returns>
    /// <exception cref="ModelPackException">MPK2022: the vocabularies differ; MPK2024: a prediction is no number.</exception>
    public static IReadOnlyList<FidelityReport> Measure(
        ILogitSource reference,
        IReadOnlyList<ILogitSource> models,
        TokenWindows windows,
        EvaluationProtocol protocol,
        Action<int, int>? finished = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(reference);
        ArgumentNullException.ThrowIfNull(models);
        ArgumentNullException.ThrowIfNull(windows);
        if (models.FirstOrDefault(model => model.VocabularySize != reference.VocabularySize) is { } other)
        {
            throw new ModelPackException(EvaluationErrors.NotComparable, $"The packed model has {other.VocabularySize} tokens and the unquantized one {reference.VocabularySize}; compare a model with the checkpoint it was packed from.");
        }

        FidelityMeter[] meters = [.. models.Select(_ => new FidelityMeter(protocol))];
        var expected = new float[checked(windows.Length * reference.VocabularySize)];
        var actual = new float[expected.Length];
        for (int i = 0; i < windows.Count; i++)
        {
            int[] window = windows.Window(i, protocol);
            reference.Run(window, expected);
            for (int m = 0; m < models.Count; m++)
            {
                cancellation.ThrowIfCancellationRequested();
                models[m].Run(window, actual);
                meters[m].Add(window, expected, actual, reference.VocabularySize);
            }

            finished?.Invoke(i + 1, windows.Count);
        }

        return [.. meters.Select(meter => meter.Report())];
    }
}
