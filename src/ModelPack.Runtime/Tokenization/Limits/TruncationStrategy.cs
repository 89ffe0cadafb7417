namespace ModelPack.Runtime.Tokenization.Limits;

/// <summary>Which of two texts truncation cuts.</summary>
internal enum TruncationStrategy
{
    LongestFirst,
    OnlyFirst,
    OnlySecond,
}
