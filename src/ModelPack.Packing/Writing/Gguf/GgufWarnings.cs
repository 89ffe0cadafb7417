using ModelPack.Packing.Architectures;
using ModelPack.Packing.Planning;
using ModelPack.Packing.Planning.Gguf;

namespace ModelPack.Packing.Writing.Gguf;

/// <summary>What a GGUF file cannot say, or cannot store as it was asked for.</summary>
internal static class GgufWarnings
{
    /// <summary>Gives the warnings of a job.</summary>
    public static void Give(PackJob job)
    {
        if (job.Request.Warning is not { } warn)
        {
            return;
        }

        DecoderArchitecture architecture = job.Source.Architecture;
        int context = ArchitectureMetadata.ContextLength(architecture);
        if (context < architecture.ContextLength)
        {
            warn(
                GgufOutputErrors.ShortContext,
                $"{architecture.ConfigFile}: llama.cpp computes this model without its {(ArchitectureMetadata.RopeOf(architecture)?.Kind == "dynamic" ? "dynamic rope" : "sliding window")}, which is the same for {context} tokens; the file allows no more of the model's {architecture.ContextLength}.");
        }

        if (ArchitectureMetadata.RopeOf(architecture)?.Long is { } longer)
        {
            warn(
                GgufOutputErrors.LongRope,
                $"{architecture.ConfigFile}: llama.cpp takes the long factors of this model's rope for all texts once its context is longer than {longer.Threshold} tokens, the model only for texts that are; give llama.cpp a context of {longer.Threshold} where texts are shorter.");
        }

        if (BitBudget.IsAsked(job.Request.Recipe))
        {
            return;
        }

        IReadOnlyDictionary<string, PlannedType> types = TensorTypePlanner.Plan(architecture, job.Request.Recipe);
        foreach (var changed in architecture.Weights.Where(weight => types[weight.Name].Wanted != types[weight.Name].Type).GroupBy(weight => (types[weight.Name], weight.Columns)))
        {
            (PlannedType planned, int columns) = changed.Key;
            DecoderWeight[] weights = [.. changed];
            warn(
                GgufOutputErrors.RowLength,
                $"{weights[0].Name}{(weights.Length > 1 ? $" and {weights.Length - 1} more" : "")}: rows of {columns} are no whole blocks of {planned.Wanted}, so {planned.Type} is stored.");
        }
    }
}
