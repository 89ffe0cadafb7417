namespace ModelPack.Benchmarks.Generation;

/// <summary>Tokens a second.</summary>
internal sealed record Speed(double Prefill, double Decode, double PrefillPerCpuSecond, double DecodePerCpuSecond)
{
    public static Speed Best(Speed? a, Speed b) => a is null ? b : new Speed(
        Math.Max(a.Prefill, b.Prefill),
        Math.Max(a.Decode, b.Decode),
        Math.Max(a.PrefillPerCpuSecond, b.PrefillPerCpuSecond),
        Math.Max(a.DecodePerCpuSecond, b.DecodePerCpuSecond));

    public Speed DividedBy(Speed other) => new(
        Prefill / other.Prefill,
        Decode / other.Decode,
        PrefillPerCpuSecond / other.PrefillPerCpuSecond,
        DecodePerCpuSecond / other.DecodePerCpuSecond);
}
