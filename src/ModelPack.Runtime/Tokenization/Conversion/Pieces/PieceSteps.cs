namespace ModelPack.Runtime.Tokenization.Conversion.Pieces;

/// <summary>What happens to text before it is cut into pieces, and to pieces that become text again.</summary>
internal sealed record PieceSteps(Step? Normalizer, Step? PreTokenizer, Step Decoder)
{
    /// <param name="form">The rules.</param>
    /// <param name="model">The model, whose own rules some forms take.</param>
    /// <param name="settings">Switches of the folder.</param>
    /// <param name="addsSpace">A text begins as after a space.</param>
    /// <param name="bytes">There are pieces of bytes.</param>
    public static PieceSteps Of(PieceForm form, PieceModel model, TokenizerSettings settings, bool addsSpace, bool bytes) => form switch
    {
        PieceForm.Llama when settings.Flag("legacy", true) => new PieceSteps(
            Steps.Normalizers([.. addsSpace ? [Steps.Prepend(Steps.Space)] : (Step[])[], Steps.Replace(" ", Steps.Space)]),
            null,
            Steps.PieceDecoder(bytes, addsSpace)),
        PieceForm.Llama => new PieceSteps(null, Steps.Metaspace(addsSpace ? "first" : "never", split: false), Steps.PieceDecoder(bytes, addsSpace)),
        PieceForm.Gemma => new PieceSteps(
            Steps.Replace(" ", Steps.Space),
            Steps.Split(new Step(("String", " ")), "MergedWithPrevious", invert: false),
            Steps.PieceDecoder(bytes, dropsSpace: false)),
        PieceForm.Albert => OfModel(
            model,
            [
                Steps.Replace("``", "\""),
                Steps.Replace("''", "\""),
                .. settings.Flag("keep_accents", false) ? [] : (Step[])[Steps.Of("NFKD"), Steps.Of("StripAccents")],
                .. settings.Flag("do_lower_case", true) ? [Steps.Of("Lowercase")] : (Step[])[],
            ],
            addsSpace,
            bytes),
        PieceForm.Deberta => OfModel(model, settings.Flag("do_lower_case", false) ? [Steps.Of("Lowercase")] : [], addsSpace, bytes),
        _ => OfModel(model, [], addsSpace, bytes),
    };

    // What SentencePiece's normalizer does, in its order; marks at the end fall away whether they were spaces or not.
    private static PieceSteps OfModel(PieceModel model, Step[] before, bool addsSpace, bool bytes)
    {
        Step[] steps =
        [
            .. before,
            .. model.Charsmap.Length > 0 ? [Steps.Of("Precompiled", ("precompiled_charsmap", model.Charsmap), ("match", "longest"))] : (Step[])[],
            .. model.TrimsSpaces ? [Steps.ReplacePattern(@"\A +", ""), Steps.ReplacePattern(" {2,}", " ")] : (Step[])[],
            .. addsSpace ? [Steps.Prepend(Steps.Space)] : (Step[])[],
            Steps.Replace(" ", Steps.Space),
            .. model.TrimsSpaces ? [Steps.ReplacePattern($@"{Steps.Space}+\z", "")] : (Step[])[],
        ];
        return new PieceSteps(Steps.Normalizers(steps), null, Steps.PieceDecoder(bytes, addsSpace));
    }
}
