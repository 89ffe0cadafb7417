using System.Diagnostics.CodeAnalysis;

namespace ModelPack.Packing.Recipes.Syntax;

/// <summary>A path: any text that is not empty.</summary>
internal sealed class TextSyntax(string values) : ValueSyntax<string>
{
    public override string Values => values;

    public override bool TryParse(string text, [MaybeNullWhen(false)] out string value)
    {
        value = text;
        return text.Length > 0 && !text.AsSpan().ContainsAny("\r\n\0");
    }

    public override string Format(string value) => value;
}
