using System.Diagnostics.CodeAnalysis;

namespace ModelPack.Packing.Recipes.Syntax;

/// <summary>One path, or several that semicolons separate.</summary>
internal sealed class PathListSyntax(string values) : ValueSyntax<IReadOnlyList<string>>
{
    public override string Values => values;

    public override bool TryParse(string text, [MaybeNullWhen(false)] out IReadOnlyList<string> value)
    {
        value = text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return value.Count > 0 && !text.AsSpan().ContainsAny("\r\n\0");
    }

    public override string Format(IReadOnlyList<string> value) => string.Join(';', value);
}
