namespace ModelPack.Packing.Evaluation;

/// <summary>What to measure. Immutable.</summary>
/// <param name="Packed">Packed folder.</param>
/// <param name="Reference">Hugging Face folder that it was packed from.</param>
/// <param name="TextFile">UTF-8 text.</param>
public sealed record EvaluationRequest(string Packed, string Reference, string TextFile)
{
    /// <summary>Folder of a LoRA adapter that was merged into the packed model, and is merged into the reference; null: none.</summary>
    public string? Adapter { get; init; }

    /// <summary>Which positions count.</summary>
    public EvaluationProtocol Protocol { get; init; }

    /// <summary>True: the stored codes with float arithmetic. False: as deployed.</summary>
    public bool Exact { get; init; }

    /// <summary>Tokens of a window; null: 2048 (Paper) or 512 (LlamaCpp), at most what the model takes.</summary>
    public int? Context { get; init; }

    /// <summary>Tokens of text to use, rounded down to whole windows but at least one; null: all.</summary>
    public int? Tokens { get; init; }

    /// <summary>Cores; 0 means all.</summary>
    public int Threads { get; init; }
}
