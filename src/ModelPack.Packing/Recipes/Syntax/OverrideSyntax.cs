using System.Diagnostics.CodeAnalysis;
using ModelPack.Formats.Gguf;

namespace ModelPack.Packing.Recipes.Syntax;

/// <summary>Rules <c>pattern=bits[,group][,method]</c>, <c>pattern=none</c> or, for GGUF, <c>pattern=type</c>, separated by semicolons.</summary>
internal sealed class OverrideSyntax : ValueSyntax<IReadOnlyList<WeightOverride>>
{
    public override string Values => "pattern=bits[,group][,method], pattern=none or, for Format gguf, pattern=type, separated by ;";

    public override bool TryParse(string text, [MaybeNullWhen(false)] out IReadOnlyList<WeightOverride> value)
    {
        var rules = new List<WeightOverride>();
        foreach (string rule in text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            rules.Add(ParseRule(rule));
        }

        value = rules;
        return rules.Count > 0;
    }

    public override string Format(IReadOnlyList<WeightOverride> value) => string.Join(';', value.Select(FormatRule));

    public override string? Missing(IReadOnlyList<WeightOverride> value) => value
        .Select(rule => (rule.GroupSize is { } group ? SettingSyntax.GroupSize.Missing(group) : null)
            ?? (rule.Method is { } method ? SettingSyntax.Method.Missing(method) : null))
        .FirstOrDefault(missing => missing is not null);

    public static string FormatRule(WeightOverride rule)
    {
        if (rule.Type is { } type)
        {
            return $"{rule.Pattern}={SettingSyntax.TensorType.Format(type)}";
        }

        if (rule.Bits == 16)
        {
            return rule.Pattern + "=none";
        }

        string group = rule.GroupSize is { } size ? "," + SettingSyntax.GroupSize.Format(size) : "";
        string method = rule.Method is { } chosen ? "," + SettingSyntax.Method.Format(chosen) : "";
        return $"{rule.Pattern}={SettingSyntax.Bits.Format(rule.Bits)}{group}{method}";
    }

    private static WeightOverride ParseRule(string rule)
    {
        int equals = rule.LastIndexOf('=');
        string pattern = equals < 0 ? "" : rule[..equals].TrimEnd();
        string[] values = rule[(equals + 1)..].Split(',', StringSplitOptions.TrimEntries);
        if (pattern.Length == 0)
        {
            throw Malformed(rule, "it is not of the form pattern=bits[,group][,method] or pattern=none");
        }

        if (values is [var only] && only.Equals("none", StringComparison.OrdinalIgnoreCase))
        {
            return new WeightOverride(pattern, 16, null, null);
        }

        if (values is [var name] && SettingSyntax.TensorType.TryParse(name, out GgufTensorType type))
        {
            return new WeightOverride(pattern, BitsOf(type), null, null) { Type = type };
        }

        int bits = Read(SettingSyntax.Bits, values[0], "bits");
        GroupSize? group = null;
        QuantizationMethod? method = null;
        foreach (string text in values.AsSpan(1))
        {
            if (group is null && method is null && SettingSyntax.GroupSize.TryParse(text, out GroupSize size))
            {
                group = size;
            }
            else if (method is null && SettingSyntax.Method.TryParse(text, out QuantizationMethod chosen))
            {
                method = chosen;
            }
            else
            {
                throw Malformed(rule, $"'{text}' is neither a group size ({SettingSyntax.GroupSize.Values}) nor a method ({SettingSyntax.Method.Values}) in its place");
            }
        }

        // A weight that stays a float has no group and no method: one text for one meaning.
        return bits == 16 ? new WeightOverride(pattern, 16, null, null) : new WeightOverride(pattern, bits, group, method);

        int Read(ValueSyntax<int> syntax, string text, string what) => syntax.TryParse(text, out int value)
            ? value
            : throw Malformed(rule, $"'{text}' is not a value for {what} ({syntax.Values}, or none)");
    }

    // Bits of a code, so that what a rule says about bits holds for it too.
    private static int BitsOf(GgufTensorType type) => type.ElementsPerBlock() > 1 ? GgufBlocks.Shape(type).CodeBits : 16;

    private static ModelPackException Malformed(string rule, string why) =>
        new(RecipeErrors.MalformedOverride, $"Override '{rule}' cannot be read: {why}.");
}
