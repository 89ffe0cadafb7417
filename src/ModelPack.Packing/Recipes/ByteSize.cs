using ModelPack.Packing.Recipes.Syntax;

namespace ModelPack.Packing.Recipes;

/// <summary>Sizes as people write them: <c>400MB</c>, <c>1.5GB</c> (powers of 1000), <c>750MiB</c> (powers of 1024), or plain bytes.</summary>
public static class ByteSize
{
    private static readonly ByteSizeSyntax Syntax = new();

    /// <summary>What is allowed, in words.</summary>
    public static string Values => Syntax.Values;

    /// <summary>Reads a size of at least 1 byte; false when the text is none.</summary>
    public static bool TryParse(string text, out long bytes)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Syntax.TryParse(text, out bytes);
    }
}
