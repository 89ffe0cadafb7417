namespace ModelPack.Runtime.Tokenization.Conversion.Pieces;

/// <summary>How text becomes what is cut into pieces.</summary>
internal enum PieceForm
{
    /// <summary>As the model's own normalizer_spec says.</summary>
    OfModel,

    /// <summary>Llama's: a space in front, no other change.</summary>
    Llama,

    /// <summary>Gemma's: as it is.</summary>
    Gemma,

    /// <summary>ALBERT's: quotes, accents and case before the model's own rules.</summary>
    Albert,

    /// <summary>DeBERTa's: case and punctuation before the model's own rules.</summary>
    Deberta,
}
