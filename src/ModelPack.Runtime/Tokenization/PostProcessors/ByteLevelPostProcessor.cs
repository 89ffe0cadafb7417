using ModelPack.Runtime.Tokenization.Loading;
using ModelPack.Runtime.Tokenization.Patterns;
using ModelPack.Runtime.Tokenization.Pipeline;

namespace ModelPack.Runtime.Tokenization.PostProcessors;

/// <summary>Takes the white space at the ends of tokens out of their offsets, where the file says so. Ids stay as they are.</summary>
internal sealed class ByteLevelPostProcessor(bool trimOffsets, bool addPrefixSpace) : PostProcessor
{
    /// <summary>A space, in GPT-2's alphabet.</summary>
    private const char SpaceByte = 'Ġ';

    public static ByteLevelPostProcessor Read(JsonPart part) =>
        new(part.OptionalFlag("trim_offsets", true), part.OptionalFlag("add_prefix_space", true));

    public override void Process(EncodedParts encoded, bool addSpecialTokens)
    {
        if (trimOffsets)
        {
            Trim(encoded, addPrefixSpace);
        }
    }

    public static void Trim(EncodedParts encoded, bool addPrefixSpace)
    {
        foreach (TokenList list in encoded.Parts)
        {
            Span<TokenDetail> details = list.DetailSpan;
            for (int i = 0; i < details.Length; i++)
            {
                details[i] = details[i] with { Range = Trim(details[i].Range, encoded.Tokens.Text(list.Ids[i]), i == 0, addPrefixSpace) };
            }
        }
    }

    private static TextRange Trim(TextRange range, ReadOnlySpan<char> token, bool first, bool addPrefixSpace)
    {
        int leading = 0;
        while (leading < token.Length && IsSpace(token[leading]))
        {
            leading++;
        }

        int trailing = 0;
        while (trailing < token.Length && IsSpace(token[^(trailing + 1)]))
        {
            trailing++;
        }

        // The space that the pre-tokenizer put in front is not in the text.
        leading -= leading > 0 && addPrefixSpace && (first || range.Start == 0) ? 1 : 0;
        int start = Math.Min(range.Start + leading, range.End);
        int end = trailing > 0 && range.End >= trailing ? Math.Max(range.End - trailing, start) : range.End;
        return new TextRange(start, end);
    }

    private static bool IsSpace(char unit) => unit == SpaceByte || UnicodeSets.Space.Contains(unit);
}
