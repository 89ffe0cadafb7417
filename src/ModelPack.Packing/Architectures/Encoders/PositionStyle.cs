namespace ModelPack.Packing.Architectures.Encoders;

/// <summary>Where an encoder's positions come from.</summary>
internal enum PositionStyle
{
    /// <summary>A learned table, from row 0 on.</summary>
    FromZero,

    /// <summary>A learned table that counts the tokens that are no padding, from the row behind the padding token's id on.</summary>
    BehindPadding,

    /// <summary>No table: queries and keys are rotated, or attention knows distances.</summary>
    None,
}
