namespace ModelPack.Tests.OnnxModels.Fuzzing;

/// <summary>What happened to the mutations.</summary>
internal sealed class OnnxFuzzReport
{
    /// <summary>Mutations tried.</summary>
    public int Tried { get; set; }

    /// <summary>Mutations that were packed.</summary>
    public int Packed { get; set; }

    /// <summary>Refused ones by error code.</summary>
    public SortedDictionary<string, int> Refused { get; } = new(StringComparer.Ordinal);

    /// <summary>Most bytes allocated beyond <see cref="OnnxFuzz.MostAllocatedOnce"/> for a byte of the file.</summary>
    public double AllocationRatio { get; set; }

    /// <summary>Longest time of one.</summary>
    public TimeSpan Longest { get; set; }

    /// <summary>What must not happen, with the number of the mutation.</summary>
    public List<string> Failures { get; } = [];
}
