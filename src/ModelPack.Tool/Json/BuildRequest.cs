namespace ModelPack.Tool.Json;

/// <summary>What a build asks of <c>build-plan</c> and <c>build-run</c>.</summary>
internal sealed record BuildRequest
{
    /// <summary>Full path of the project that is built.</summary>
    public string Project { get; init; } = "";

    /// <summary>Folder of the store; empty: the user's.</summary>
    public string CacheDirectory { get; init; } = "";

    /// <summary>Threads to work with; 0: all cores.</summary>
    public int Threads { get; init; }

    /// <summary>Leave the processor to others.</summary>
    public bool LowPriority { get; init; }

    /// <summary>The process whose end ends the work; 0: none.</summary>
    public int ParentPid { get; init; }

    /// <summary>False: what is not in the store is an error.</summary>
    public bool QuantizeOnBuild { get; init; } = true;

    /// <summary>Full path of the result file.</summary>
    public string Result { get; init; } = "";

    /// <summary>The items.</summary>
    public IReadOnlyList<BuildModel> Models { get; init; } = [];
}
