using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace ModelPack.Packing.Recipes.Syntax;

/// <summary>The name of one folder that is valid on every platform.</summary>
internal sealed class FolderNameSyntax : ValueSyntax<string>
{
    private static readonly SearchValues<char> Reserved = SearchValues.Create("/\\:*?\"<>|");

    public override string Values => "a folder name without / \\ : * ? \" < > |, not ending in a dot or space";

    public override bool TryParse(string text, [MaybeNullWhen(false)] out string value)
    {
        value = text;
        return text.Length is > 0 and <= 200
            && !text.AsSpan().ContainsAny(Reserved)
            && !text.Any(char.IsControl)
            && text[^1] is not ('.' or ' ');
    }

    public override string Format(string value) => value;
}
