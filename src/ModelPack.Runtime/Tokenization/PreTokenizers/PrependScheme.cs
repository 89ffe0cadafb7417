namespace ModelPack.Runtime.Tokenization.PreTokenizers;

/// <summary>Which pieces Metaspace puts a mark in front of.</summary>
internal enum PrependScheme
{
    /// <summary>The one that begins the text.</summary>
    First,

    /// <summary>None.</summary>
    Never,

    /// <summary>Each.</summary>
    Always,
}
