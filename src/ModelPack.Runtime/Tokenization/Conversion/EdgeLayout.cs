namespace ModelPack.Runtime.Tokenization.Conversion;

/// <summary>Where special tokens stand around one text and around two.</summary>
/// <param name="Single">The parts with one text.</param>
/// <param name="Pair">The parts with two.</param>
internal sealed record EdgeLayout(IReadOnlyList<EdgePart> Single, IReadOnlyList<EdgePart> Pair)
{
    /// <summary>Reads the reference implementation's notation: parts between spaces; <c>$A</c> and <c>$B</c> are the texts, <c>{cls}</c> is a token by its role, <c>:1</c> a type.</summary>
    /// <param name="single">The parts with one text.</param>
    /// <param name="pair">The parts with two.</param>
    /// <param name="tokenOf">The token that has a role.</param>
    public static EdgeLayout Parse(string single, string pair, Func<string, string> tokenOf) => new(Parts(single, tokenOf), Parts(pair, tokenOf));

    /// <summary>A token that begins each text, one that ends each text, or neither; the second text has type 1.</summary>
    public static EdgeLayout BeginEnd(string? begin, string? end)
    {
        EdgePart[] Around(bool second) =>
        [
            .. begin is null ? [] : (EdgePart[])[new EdgePart(begin, false, second ? 1 : 0)],
            new EdgePart(null, second, second ? 1 : 0),
            .. end is null ? [] : (EdgePart[])[new EdgePart(end, false, second ? 1 : 0)],
        ];
        return new EdgeLayout(Around(false), [.. Around(false), .. Around(true)]);
    }

    private static EdgePart[] Parts(string text, Func<string, string> tokenOf) =>
    [
        .. text.Split(' ').Select(part =>
        {
            int type = part.EndsWith(":1", StringComparison.Ordinal) ? 1 : 0;
            string name = part.Split(':')[0];
            return name[0] == '$' ? new EdgePart(null, name == "$B", type) : new EdgePart(tokenOf(name[1..^1]), false, type);
        }),
    ];
}
