using ModelPack.Runtime.Tokenization.Loading;

namespace ModelPack.Runtime.Tokenization.PreTokenizers;

/// <summary>What Metaspace is told, as pre-tokenizer and as decoder.</summary>
/// <param name="Replacement">The one character that stands for a space.</param>
/// <param name="Prepend">Where one is put in front.</param>
/// <param name="Split">Whether words are cut apart.</param>
internal sealed record MetaspaceOptions(string Replacement, PrependScheme Prepend, bool Split)
{
    private static readonly Dictionary<string, PrependScheme> Schemes = new()
    {
        ["first"] = PrependScheme.First,
        ["never"] = PrependScheme.Never,
        ["always"] = PrependScheme.Always,
    };

    public static MetaspaceOptions Read(JsonPart part)
    {
        JsonPart replacement = part.Required("replacement");
        string mark = replacement.Text();
        if (mark.EnumerateRunes().Count() != 1)
        {
            throw replacement.Invalid($"is '{mark}', which has to be one character");
        }

        // Files from before prepend_scheme say add_prefix_space.
        PrependScheme prepend = part.Optional("prepend_scheme") is { } scheme ? scheme.Choice(Schemes)
            : part.OptionalFlag("add_prefix_space", true) ? PrependScheme.Always
            : PrependScheme.Never;
        return new MetaspaceOptions(mark, prepend, part.OptionalFlag("split", true));
    }
}
