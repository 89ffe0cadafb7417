namespace ModelPack.Runtime.Generation;

/// <summary>Why a generation ended.</summary>
public enum FinishReason
{
    /// <summary>The model ended its text with one of its end-of-text tokens.</summary>
    EndOfText,

    /// <summary>One of the caller's stop strings came up.</summary>
    StopString,

    /// <summary>The number of tokens asked for, or the context length, was reached.</summary>
    Length,
}
