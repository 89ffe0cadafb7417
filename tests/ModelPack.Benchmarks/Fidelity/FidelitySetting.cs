using System.Globalization;

namespace ModelPack.Benchmarks.Fidelity;

/// <summary>How the linear layers are stored.</summary>
/// <param name="Name">Name on the command line: bits, group, s(ymmetric) or a(symmetric); or the target of mixed bits.</param>
/// <param name="Bits">Bits of a code.</param>
/// <param name="GroupSize">Inputs that share a scale.</param>
/// <param name="Symmetric">True: no zero points.</param>
/// <param name="TargetBits">Average bits that are solved for; null: the same bits everywhere.</param>
/// <param name="IsMain">True: every method is measured at it; false: round-to-nearest and the full gptq.</param>
internal sealed record FidelitySetting(string Name, int Bits, int GroupSize, bool Symmetric, double? TargetBits, bool IsMain)
{
    public static IReadOnlyList<FidelitySetting> All { get; } =
    [
        Uniform(8, 32, true, false), Uniform(8, 32, false, false),
        Uniform(4, 16, true, false), Uniform(4, 16, false, false),
        Uniform(4, 32, true, true), Uniform(4, 32, false, true),
        Uniform(4, 64, true, false), Uniform(4, 64, false, false),
        Uniform(4, 128, true, true), Uniform(4, 128, false, true),
        Uniform(2, 16, true, false), Uniform(2, 16, false, false),
        Uniform(2, 32, true, true), Uniform(2, 32, false, true),
        Uniform(2, 64, true, false), Uniform(2, 64, false, false),
        Mixed(2.9, false), Mixed(3.2, false), Mixed(3.5, true),
    ];

    public string Title => TargetBits is { } bits
        ? string.Create(CultureInfo.InvariantCulture, $"mixed, {bits} bits a weight solved for")
        : $"{Bits} bits, groups of {GroupSize}, {(Symmetric ? "symmetric" : "asymmetric")}";

    /// <summary>The settings of the tool; head and embedding stay floats, as in the other quantizers' figures.</summary>
    public IEnumerable<string> Arguments()
    {
        string[] uniform = ["--bits", $"{Bits}", "--group-size", $"{GroupSize}", "--symmetric", Symmetric ? "true" : "false", "--head-bits", "16", "--embedding-bits", "16"];
        return TargetBits is { } bits ? [.. uniform, "--target-bits-per-weight", bits.ToString(CultureInfo.InvariantCulture)] : uniform;
    }

    private static FidelitySetting Mixed(double targetBits, bool isMain) =>
        new(string.Create(CultureInfo.InvariantCulture, $"mixed{targetBits}"), 4, 32, false, targetBits, isMain);

    private static FidelitySetting Uniform(int bits, int group, bool symmetric, bool isMain) =>
        new($"{bits}g{group}{(symmetric ? 's' : 'a')}", bits, group, symmetric, null, isMain);
}
