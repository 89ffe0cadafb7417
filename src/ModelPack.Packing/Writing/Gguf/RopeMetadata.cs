using ModelPack.Packing.Architectures;
using ModelPack.Packing.Architectures.Configuration;
using ModelPack.Packing.Architectures.Families;
using ModelPack.Packing.Architectures.Rope;

namespace ModelPack.Packing.Writing.Gguf;

/// <summary>The keys, and the one tensor, that say how queries and keys are rotated.</summary>
internal static class RopeMetadata
{
    private const string AllDivisors = "rope_freqs.weight";
    private const string LongFactors = "rope_factors_long.weight";
    private const string ShortFactors = "rope_factors_short.weight";

    private static readonly Dictionary<string, Action<MetadataList, string, RopeParameters>> Kinds = new(StringComparer.Ordinal)
    {
        ["default"] = (_, _, _) => { },

        // Unscaled up to the original length, which is all that the file then allows.
        ["dynamic"] = (_, _, _) => { },

        // Its frequencies are divided by a tensor; the length that they were made for is for readers.
        ["llama3"] = (metadata, prefix, rope) => metadata.Add(prefix + "rope.scaling.original_context_length", rope.Settings!.OriginalMaxPositions()),
        ["longrope"] = AddLong,
        ["su"] = AddLong,
        ["linear"] = (metadata, prefix, rope) =>
        {
            metadata.Add(prefix + "rope.scaling.type", "linear");
            metadata.Add(prefix + "rope.scaling.factor", Factor(rope));
        },
        ["yarn"] = AddYarn,
    };

    /// <summary>Adds the keys.</summary>
    /// <exception cref="ModelPackException">MPK1704: llama.cpp does not know this rope.</exception>
    public static void Add(MetadataList metadata, string prefix, RopeParameters rope)
    {
        metadata.Add(prefix + "rope.dimension_count", rope.Dimension);
        metadata.Add(prefix + "rope.freq_base", (float)(rope.Base ?? rope.Settings!.Theta));
        if (!Kinds.TryGetValue(rope.Kind, out Action<MetadataList, string, RopeParameters>? add))
        {
            throw Unknown(rope, $"the rope_type {rope.Kind} cannot be written as GGUF by this version");
        }

        add(metadata, prefix, rope);
    }

    /// <summary>Tensors of numbers that divide the frequencies, one for each pair; none where the keys say all.</summary>
    /// <exception cref="ModelPackException">MPK1704: llama.cpp takes no such tensors for the architecture.</exception>
    public static IReadOnlyList<(string Name, float[] Divisors)> Tensors(DecoderArchitecture architecture)
    {
        if (ArchitectureMetadata.RopeOf(architecture) is not { } rope)
        {
            return [];
        }

        GgufFamily gguf = TensorNames.FamilyOf(architecture);
        return rope.Long is { } longer ? [(LongFactors, Divisors(rope, longer.InverseFrequencies)), (ShortFactors, Divisors(rope, rope.InverseFrequencies))]
            : rope.Kind != "llama3" ? []
            : gguf.TakesRopeDivisors ? [(AllDivisors, Divisors(rope, rope.InverseFrequencies))]
            : throw Unknown(rope, $"llama.cpp's architecture {gguf.Architecture} takes no {rope.Kind} scaling");
    }

    private static float[] Divisors(RopeParameters rope, float[] frequencies) =>
        [.. RopeFrequencies.Unscaled(rope.Settings!.Theta, rope.Dimension).Zip(frequencies, (unscaled, scaled) => unscaled / scaled)];

    private static void AddLong(MetadataList metadata, string prefix, RopeParameters rope)
    {
        metadata.Add(prefix + "rope.scaling.original_context_length", rope.Long!.Threshold);
        metadata.Add(prefix + "rope.scaling.attn_factor", rope.AttentionFactor);
    }

    // llama.cpp multiplies its own attention factor, 1 + 0.1 ln(factor), with the one of the file, and rounds the ramp to whole pairs.
    private static void AddYarn(MetadataList metadata, string prefix, RopeParameters rope)
    {
        ModelConfig section = rope.Settings!.Section!;
        if (!section.Flag("truncate", true))
        {
            throw Unknown(rope, "yarn with truncate false does not exist in llama.cpp");
        }

        float factor = Factor(rope);
        metadata.Add(prefix + "rope.scaling.type", "yarn");
        metadata.Add(prefix + "rope.scaling.factor", factor);
        metadata.Add(prefix + "rope.scaling.original_context_length", rope.Settings.OriginalMaxPositions());
        metadata.Add(prefix + "rope.scaling.attn_factor", rope.AttentionFactor / (1 + (0.1f * MathF.Log(factor))));
        metadata.Add(prefix + "rope.scaling.yarn_beta_fast", (float)section.Positive("beta_fast", 32));
        metadata.Add(prefix + "rope.scaling.yarn_beta_slow", (float)section.Positive("beta_slow", 1));
    }

    private static float Factor(RopeParameters rope) => (float)rope.Settings!.Factor();

    private static ModelPackException Unknown(RopeParameters rope, string why) =>
        new(GgufOutputErrors.Rope, $"{rope.Settings!.Config.File}: {why}; pack the model as Format onnx.");
}
