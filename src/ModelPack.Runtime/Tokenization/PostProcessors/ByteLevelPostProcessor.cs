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
                TextRange range = details[i].Range;
                ReadOnlySpan<char> token = encoded.Tokens.IsAdded(list.Ids[i]) ? list.Source.AsSpan(range.Start, range.Length) : encoded.Tokens.Text(list.Ids[i]);
                details[i] = details[i] with { Range = Trim(range, token, i == 0, addPrefixSpace, list.Source) };
            }
        }
    }

    private static TextRange Trim(TextRange range, ReadOnlySpan<char> token, bool first, bool addPrefixSpace, string source)
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

        // A single space may be the one that the pre-tokenizer put in front, which is not in the text.
        leading = leading == 1 && addPrefixSpace && (first || range.Start == 0) ? 0 : leading;
        int start = Math.Min(range.Start + leading, range.End);
        int end = range.End;
        for (; trailing > 0 && end > start; trailing--)
        {
            end -= end > 1 && end <= source.Length && char.IsSurrogatePair(source[end - 2], source[end - 1]) ? 2 : 1;
        }

        return new TextRange(start, Math.Max(end, start));
    }

    private static bool IsSpace(char unit) => unit == SpaceByte || UnicodeSets.Space.Contains(unit);
}
