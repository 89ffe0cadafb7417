namespace ModelPack.Tool.Rendering;

/// <summary>How much is told on standard error.</summary>
internal enum Verbosity
{
    /// <summary>Errors only.</summary>
    Quiet,

    /// <summary>Progress and messages.</summary>
    Normal,

    /// <summary>Also what was decided and why, and the details of defects.</summary>
    Detailed,
}
