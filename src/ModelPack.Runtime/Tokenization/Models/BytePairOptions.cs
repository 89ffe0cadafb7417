using ModelPack.Runtime.Tokenization.Loading;

namespace ModelPack.Runtime.Tokenization.Models;

/// <summary>The switches of a BPE model.</summary>
/// <param name="UnknownToken">Stands for characters outside the vocabulary; null: they vanish.</param>
/// <param name="ContinuingPrefix">Put before each character of a word but the first.</param>
/// <param name="EndSuffix">Put behind the last character of a word.</param>
/// <param name="FuseUnknown">One unknown token for a run of unknown characters.</param>
/// <param name="ByteFallback">Unknown characters become the tokens of their UTF-8 bytes.</param>
/// <param name="IgnoreMerges">A word that is a token is that token, whatever the merges say.</param>
internal sealed record BytePairOptions(
    string? UnknownToken, string ContinuingPrefix, string EndSuffix, bool FuseUnknown, bool ByteFallback, bool IgnoreMerges)
{
    public static BytePairOptions Read(JsonPart model)
    {
        if (model.Optional("dropout") is { } dropout && dropout.Real() != 0)
        {
            throw dropout.Invalid("is set: the same text would get other tokens each time");
        }

        return new BytePairOptions(
            model.OptionalText("unk_token"),
            model.OptionalText("continuing_subword_prefix") ?? "",
            model.OptionalText("end_of_word_suffix") ?? "",
            model.OptionalFlag("fuse_unk", false),
            model.OptionalFlag("byte_fallback", false),
            model.OptionalFlag("ignore_merges", false));
    }
}
