namespace ModelPack.Packing.Architectures.Families;

/// <summary>What llama.cpp calls a family, and where its graph differs from the published one.</summary>
internal sealed record GgufFamily
{
    /// <summary>Value of general.architecture, which is also the first part of the architecture's keys.</summary>
    public required string Architecture { get; init; }

    /// <summary>
    /// Rope turns elements 2i and 2i + 1 of a head together, not i and i + half: the rows of queries and keys are stored in another order.
    /// </summary>
    public bool RotatesNeighbours { get; init; }

    /// <summary>Divisors of rope's frequencies may be stored as a tensor.</summary>
    public bool TakesRopeDivisors { get; init; }

    // By model_type and not beside the family: a family that is another one with a difference must not inherit its name in llama.cpp.
    private static readonly Dictionary<string, GgufFamily> All = new(StringComparer.Ordinal)
    {
        ["llama"] = new() { Architecture = "llama", RotatesNeighbours = true, TakesRopeDivisors = true },
        ["mistral"] = new() { Architecture = "llama", RotatesNeighbours = true, TakesRopeDivisors = true },
        ["ministral"] = new() { Architecture = "llama", RotatesNeighbours = true, TakesRopeDivisors = true },
        ["qwen2"] = new() { Architecture = "qwen2" },
        ["qwen3"] = new() { Architecture = "qwen3" },
    };

    /// <summary>The model types that can be written.</summary>
    public static IEnumerable<string> ModelTypes => All.Keys;

    /// <summary>The family of a model_type; null: llama.cpp does not know it, or this version does not.</summary>
    public static GgufFamily? Find(string modelType) => All.GetValueOrDefault(modelType);
}
