namespace ModelPack.Runtime.Chat.Templates;

/// <summary>
/// Limits and clock of one rendering. A template comes with a downloaded model, so it is treated as untrusted: it can read
/// only what it is given, and it stops with an <c>MPK4204</c> error at the first limit it meets. Immutable; thread-safe.
/// </summary>
public sealed record JinjaOptions
{
    /// <summary>The limits below with the system's clock.</summary>
    public static JinjaOptions Default { get; } = new();

    /// <summary>Most UTF-16 units of the rendered text, and of any text or list (in proportion) made on the way. At least 1.</summary>
    public int MaxOutputLength { get; init; } = 8 * 1024 * 1024;

    /// <summary>Most steps: statements, operators, calls, turns of loops, and long texts in proportion to their length.</summary>
    public long MaxSteps { get; init; } = 10_000_000;

    /// <summary>Most macro calls and recursive loops inside one another.</summary>
    public int MaxDepth { get; init; } = 200;

    /// <summary>Most bytes of all texts and lists made during one rendering together, freed or not.</summary>
    public long MaxAllocatedBytes { get; init; } = 256L * 1024 * 1024;

    /// <summary>What <c>strftime_now</c> reads.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
