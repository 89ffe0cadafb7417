using System.Text.Json.Serialization;

namespace ModelPack.LlamaCpp.Probe;

/// <summary>Something to do in a process of its own.</summary>
[JsonDerivedType(typeof(TokenizeTask), "tokenize")]
[JsonDerivedType(typeof(LogitsTask), "logits")]
[JsonDerivedType(typeof(GreedyTask), "greedy")]
[JsonDerivedType(typeof(PerplexityTask), "perplexity")]
[JsonDerivedType(typeof(QuantizeTask), "quantize")]
[JsonDerivedType(typeof(PlanTypesTask), "plan")]
[JsonDerivedType(typeof(ImportanceTask), "importance")]
internal abstract record ProbeTask
{
    /// <summary>Does it; the result can be written as JSON.</summary>
    public abstract object? Run();
}
