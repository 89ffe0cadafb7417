using ModelPack.Formats.Gguf;
using static ModelPack.Formats.Gguf.GgufTensorType;

namespace ModelPack.Packing.Planning.Gguf;

/// <summary>The file types with llama.cpp's mixture of each.</summary>
internal static class FileTypes
{
    private static readonly FileType[] All =
    [
        new("F32", 0, F32),
        new("F16", 1, F16),
        new("BF16", 32, BF16),
        new("Q8_0", 7, Q8_0),
        new("Q4_0", 2, Q4_0) { Down = place => place.HasImportance && place.IsEarly ? Q4_1 : null },
        new("Q4_1", 3, Q4_1),
        new("Q5_0", 8, Q5_0) { Down = place => place.HasImportance && place.IsEarly ? Q5_1 : null },
        new("Q5_1", 9, Q5_1),
        new("Q2_K", 10, Q2_K) { Value = place => place.SharesValues ? Q4_K : Q3_K, AttentionOutput = Q3_K, Down = _ => Q3_K },
        new("Q2_K_S", 21, Q2_K) { Value = place => place.SharesValues ? Q4_K : null, Down = Early(Q4_K) },
        new("Q3_K_S", 11, Q3_K),
        new("Q3_K_M", 12, Q3_K)
        {
            Value = place => place.Block < 2 ? Q5_K : Q4_K,
            AttentionOutput = Q4_K,
            Down = place => place.Block < place.Blocks / 16 ? Q5_K : Q4_K,
        },
        new("Q3_K_L", 13, Q3_K) { Value = _ => Q5_K, AttentionOutput = Q5_K, Down = _ => Q5_K },
        new("Q4_K_S", 14, Q4_K) { Value = place => place.Block < 4 ? Q5_K : null, Down = Early(Q5_K) },
        new("Q4_K_M", 15, Q4_K) { Value = MoreBits(Q6_K), Down = MoreBits(Q6_K) },
        new("Q5_K_S", 16, Q5_K),
        new("Q5_K_M", 17, Q5_K) { Value = MoreBits(Q6_K), Down = MoreBits(Q6_K) },
        new("Q6_K", 18, Q6_K),
        new("IQ4_NL", 25, IQ4_NL) { Value = SharedValues(Q5_K), Down = EarlyWithoutImportance(Q5_K) },
        new("IQ4_XS", 30, IQ4_XS) { Value = SharedValues(Q5_K), Down = EarlyWithoutImportance(Q5_K) },
    ];

    // What Bits means where no Type is given: llama.cpp's own recommendation for that width.
    private static readonly Dictionary<int, string> ByBits = new()
    {
        [2] = "Q2_K", [3] = "Q3_K_M", [4] = "Q4_K_M", [5] = "Q5_K_M", [6] = "Q6_K", [8] = "Q8_0",
    };

    /// <summary>Names in the order of the table.</summary>
    public static IEnumerable<string> Names => All.Select(type => type.Name);

    /// <summary>The file type of a name.</summary>
    public static FileType Find(string name) => All.First(type => type.Name == name);

    /// <summary>The file type of a number of bits; null for 16, which leaves the weights alone.</summary>
    public static FileType? OfBits(int bits) => ByBits.TryGetValue(bits, out string? name) ? Find(name) : null;

    private static Func<TensorPlace, GgufTensorType?> MoreBits(GgufTensorType type) => place => place.GetsMoreBits ? type : null;

    private static Func<TensorPlace, GgufTensorType?> Early(GgufTensorType type) => place => place.IsEarly ? type : null;

    private static Func<TensorPlace, GgufTensorType?> SharedValues(GgufTensorType type) => place => place.SharesValues ? type : null;

    private static Func<TensorPlace, GgufTensorType?> EarlyWithoutImportance(GgufTensorType type) => place => place.IsEarly && !place.HasImportance ? type : null;
}
