using ModelPack.Packing.Architectures;
using ModelPack.Packing.Architectures.Families;
using ModelPack.Packing.Architectures.Rope;
using ModelPack.Packing.Architectures.Weights;

namespace ModelPack.Packing.Writing.Gguf;

/// <summary>The keys that say what a decoder computes.</summary>
internal static class ArchitectureMetadata
{
    /// <summary>Adds them.</summary>
    /// <param name="metadata">The list.</param>
    /// <param name="architecture">The decoder.</param>
    /// <exception cref="ModelPackException">MPK1701, MPK1704: llama.cpp does not know the family or its rope.</exception>
    public static void Add(MetadataList metadata, DecoderArchitecture architecture)
    {
        GgufFamily gguf = TensorNames.FamilyOf(architecture);
        string prefix = gguf.Architecture + ".";
        metadata.Add(prefix + "block_count", architecture.Layers);
        metadata.Add(prefix + "context_length", ContextLength(architecture));
        metadata.Add(prefix + "embedding_length", architecture.HiddenSize);
        metadata.Add(prefix + "feed_forward_length", architecture.IntermediateSize);
        metadata.Add(prefix + "attention.head_count", architecture.Heads);
        metadata.Add(prefix + "attention.head_count_kv", architecture.KvHeads);
        Norm norm = architecture.Head.Norm!;
        metadata.Add(prefix + (norm.Kind == NormKind.Layer ? "attention.layer_norm_epsilon" : "attention.layer_norm_rms_epsilon"), norm.Epsilon);
        metadata.Add(prefix + "attention.key_length", architecture.HeadSize);
        metadata.Add(prefix + "attention.value_length", architecture.HeadSize);
        metadata.Add(prefix + "vocab_size", architecture.VocabularySize);
        AddWindows(metadata, prefix, architecture, gguf);
        AddFactors(metadata, prefix, architecture, gguf);
        AddExperts(metadata, prefix, architecture, gguf);
        if (gguf.StoresOrder)
        {
            metadata.Add(prefix + "use_parallel_residual", architecture.Family.Order == LayerOrder.Parallel);
        }

        if (RopeOf(architecture) is { } rope)
        {
            RopeMetadata.Add(metadata, prefix, rope);
        }
    }

    /// <summary>The rotation of layers that see all; null where there is none.</summary>
    public static RopeParameters? RopeOf(DecoderArchitecture architecture) =>
        architecture.Ropes.Where((rope, layer) => rope is not null && architecture.DeclaredWindows[layer] is null).FirstOrDefault() ?? architecture.Ropes.FirstOrDefault(rope => rope is not null);

    /// <summary>
    /// Tokens for which llama.cpp computes what the model's publisher means. Architectures without windows, and frequencies that change with the length, which
    /// it does not have, are right only up to where they would show.
    /// </summary>
    public static int ContextLength(DecoderArchitecture architecture)
    {
        RopeParameters? rope = RopeOf(architecture);
        int length = rope?.Kind == "dynamic" ? rope.Settings!.MaxPositions : architecture.ContextLength;
        bool computesWindows = TensorNames.FamilyOf(architecture).WindowPeriod is not null;
        return !computesWindows && architecture.SlidingWindows.Min(window => window ?? int.MaxValue) is int window && window < length ? window : length;
    }

    private static void AddWindows(MetadataList metadata, string prefix, DecoderArchitecture architecture, GgufFamily gguf)
    {
        if (gguf.WindowPeriod is null || GgufWindows.SizeOf(architecture) is not int window)
        {
            return;
        }

        metadata.Add(prefix + "attention.sliding_window", window);
        if (gguf.StoresWindowPeriod)
        {
            metadata.Add(prefix + "attention.sliding_window_pattern", GgufWindows.PeriodOf(architecture, gguf)!.Value);
        }

        if (gguf.StoresLocalBase)
        {
            RopeParameters local = architecture.Ropes.Where((_, layer) => architecture.DeclaredWindows[layer] is not null).First()!;
            metadata.Add(prefix + "rope.freq_base_swa", (float)local.Settings!.Theta);
        }
    }

    private static void AddFactors(MetadataList metadata, string prefix, DecoderArchitecture architecture, GgufFamily gguf)
    {
        FamilyDefinition family = architecture.Family;
        AttentionStyle attention = family.Attention;
        AddUnless(0, "attn_logit_softcapping", attention.SoftCap);
        AddUnless(0, "final_logit_softcapping", family.Head.SoftCap);
        AddUnless(0, "attention.clamp_kqv", attention.Clip ?? 0);
        AddUnless(1, "logit_scale", gguf.DividesLogits ? 1 / family.Head.Scale : family.Head.Scale);
        AddUnless(1, "embedding_scale", family.Embedding.Scale);
        AddUnless(1, "residual_scale", family.BranchScale);
        if (gguf.StoresScale)
        {
            AddUnless(0, "attention.scale", (float)(attention.Scale ?? 0));
        }

        RopeParameters? rope = RopeOf(architecture);
        if (rope?.Growth is { } growth)
        {
            metadata.Add(prefix + "attention.temperature_scale", growth.Beta);
            metadata.Add(prefix + "attention.temperature_length", growth.Period);
        }

        void AddUnless(float neutral, string key, float value)
        {
            if (value != neutral)
            {
                metadata.Add(prefix + key, value);
            }
        }
    }

    private static void AddExperts(MetadataList metadata, string prefix, DecoderArchitecture architecture, GgufFamily gguf)
    {
        if (architecture.Blocks[0].Mixture is not { } mixture)
        {
            return;
        }

        metadata.Add(prefix + "expert_count", mixture.Experts.Count);
        metadata.Add(prefix + "expert_used_count", architecture.Family.Mixture!.Chosen);
        if (gguf.StoresExpertWidth)
        {
            metadata.Add(prefix + "expert_feed_forward_length", mixture.Experts[0].Down.Weight.Columns);
        }

        if (mixture.Shared is { } shared)
        {
            metadata.Add(prefix + "expert_shared_feed_forward_length", shared.Down.Weight.Columns);
        }
    }
}
