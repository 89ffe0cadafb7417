namespace ModelPack.Runtime.Tokenization.Patterns;

/// <summary>What (?imx) switches.</summary>
[Flags]
internal enum PatternOptions
{
    None = 0,
    IgnoreCase = 1,
    DotAll = 2,
    Extended = 4,
}
