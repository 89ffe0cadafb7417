using System.Text;
using ModelPack.Runtime.Tokenization.Loading;
using ModelPack.Runtime.Tokenization.Patterns;

namespace ModelPack.Runtime.Tokenization.Normalizers;

/// <summary>The normalizers of the format that look at one code point at a time.</summary>
internal static class CharacterNormalizers
{
    private static readonly Lazy<CharacterNormalizer> Lower = new(() => new CharacterNormalizer(ChangedByLowering(), ToLower));

    /// <summary>Each code point by itself: Σ becomes σ at the end of a word too, İ becomes i and U+0307.</summary>
    public static Normalizer Lowercase => Lower.Value;

    /// <summary>Drops marks; letters with accents of their own stay (the file puts NFD before this).</summary>
    public static Normalizer StripAccents { get; } = CharacterNormalizer.DropAndSpace(UnicodeSets.Mark, CodePointSet.Empty);

    /// <summary>SentencePiece's rule for machine translation text: no controls, one kind of space.</summary>
    public static Normalizer Nmt { get; } = CharacterNormalizer.DropAndSpace(
        new CodePointSetBuilder().Add(0x01, 0x08).Add(0x0B, 0x0B).Add(0x0E, 0x1F).Add(0x7F, 0x7F).Add(0x8F, 0x8F).Add(0x9F, 0x9F).Build(),
        new CodePointSetBuilder().Add(0x09, 0x0A).Add(0x0C, 0x0D).Add(0x1680, 0x1680).Add(0x200B, 0x200F).Add(0x2028, 0x2029)
            .Add(0x2581, 0x2581).Add(0xFEFF, 0xFEFF).Add(0xFFFD, 0xFFFD).Build());

    /// <summary>The four steps of BERT's basic tokenizer, each where the file asks for it.</summary>
    public static NormalizerSequence Bert(JsonPart part)
    {
        bool lowercase = part.OptionalFlag("lowercase", true);
        var steps = new List<Normalizer>();
        if (part.OptionalFlag("clean_text", true))
        {
            steps.Add(BertClean);
        }

        if (part.OptionalFlag("handle_chinese_chars", true))
        {
            steps.Add(BertChinese);
        }

        if (part.OptionalFlag("strip_accents", lowercase))
        {
            steps.Add(new NormalizationForm(compatibility: false, compose: false));
            steps.Add(CharacterNormalizer.DropAndSpace(UnicodeSets.Categories("Mn"), CodePointSet.Empty));
        }

        if (lowercase)
        {
            steps.Add(Lowercase);
        }

        return new NormalizerSequence(steps);
    }

    private static CharacterNormalizer BertClean { get; } = CharacterNormalizer.DropAndSpace(
        UnicodeSets.Categories("Cc Cf Co").Except(CodePointSet.Of('\t', '\n', '\r')).Union(CodePointSet.Of(0xFFFD)),
        UnicodeSets.Space.Except(CodePointSet.Of(' ')));

    /// <summary>The fourth range begins at 2B920 in the reference library, where BERT's own has 2B820.</summary>
    private static CharacterNormalizer BertChinese { get; } = new(
        new CodePointSetBuilder().Add(0x4E00, 0x9FFF).Add(0x3400, 0x4DBF).Add(0x20000, 0x2A6DF).Add(0x2A700, 0x2B73F).Add(0x2B740, 0x2B81F)
            .Add(0x2B920, 0x2CEAF).Add(0xF900, 0xFAFF).Add(0x2F800, 0x2FA1F).Build(),
        codePoint => $" {char.ConvertFromUtf32(codePoint)} ");

    private static string ToLower(int codePoint) => codePoint == 'İ' ? "i\u0307" : Rune.ToLowerInvariant(new Rune(codePoint)).ToString();

    private static CodePointSet ChangedByLowering()
    {
        // Lower case differs only for upper and title case letters, roman numerals (Nl) and circled letters (So).
        CodePointSet candidates = UnicodeSets.Categories("Lu Lt Nl So");
        var builder = new CodePointSetBuilder();
        for (int i = 0; i < candidates.Bounds.Length; i += 2)
        {
            for (int codePoint = candidates.Bounds[i]; codePoint < candidates.Bounds[i + 1]; codePoint++)
            {
                if (codePoint == 'İ' || Rune.ToLowerInvariant(new Rune(codePoint)).Value != codePoint)
                {
                    builder.Add(codePoint, codePoint);
                }
            }
        }

        return builder.Build();
    }
}
