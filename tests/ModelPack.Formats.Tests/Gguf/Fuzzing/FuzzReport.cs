namespace ModelPack.Tests.Gguf.Fuzzing;

/// <summary>What happened to the mutations.</summary>
internal sealed class FuzzReport
{
    /// <summary>Mutations whose header was taken.</summary>
    public int Accepted { get; set; }

    /// <summary>Accepted ones that were written, opened and read to their ends.</summary>
    public int Opened { get; set; }

    /// <summary>Refused ones by error code.</summary>
    public SortedDictionary<string, int> Refused { get; } = [];

    /// <summary>Most bytes allocated for a byte of the file.</summary>
    public double AllocationRatio { get; set; }

    /// <summary>Longest time of one.</summary>
    public TimeSpan Longest { get; set; }

    /// <summary>What must not happen, with the number of the mutation.</summary>
    public List<string> Failures { get; } = [];
}
