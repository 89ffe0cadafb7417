namespace ModelPack.LlamaCpp;

/// <summary>How a context computes. The defaults are the most exact ones, not llama.cpp's own: keys and values stay float32, attention is not fused.</summary>
public sealed record LlamaContextOptions
{
    /// <summary>Most tokens of a sequence.</summary>
    public int Length { get; init; } = 1024;

    /// <summary>Threads.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>True keeps keys and values in float16 and lets llama.cpp choose fused attention, as its programs do.</summary>
    public bool AsItsPrograms { get; init; }
}
