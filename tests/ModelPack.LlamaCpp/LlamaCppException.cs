namespace ModelPack.LlamaCpp;

/// <summary>Something that llama.cpp refused, in its own words where it has some; or its libraries are absent.</summary>
public sealed class LlamaCppException : Exception
{
    /// <summary>Makes one.</summary>
    public LlamaCppException(string message)
        : base(message)
    {
    }
}
