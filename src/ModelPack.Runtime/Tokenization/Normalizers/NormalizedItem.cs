namespace ModelPack.Runtime.Tokenization.Normalizers;

/// <summary>A code point of a normalization form in the making.</summary>
/// <param name="CodePoint">The code point.</param>
/// <param name="Class">Its combining class.</param>
/// <param name="Change">1: it was added behind another; 0: it stands for one of the source; -n: for n more.</param>
internal readonly record struct NormalizedItem(int CodePoint, byte Class, int Change);
