using ModelPack.Packing.Architectures;
using ModelPack.Packing.Architectures.Rope;

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
        string prefix = TensorNames.FamilyOf(architecture).Architecture + ".";
        metadata.Add(prefix + "block_count", architecture.Layers);
        metadata.Add(prefix + "context_length", ContextLength(architecture));
        metadata.Add(prefix + "embedding_length", architecture.HiddenSize);
        metadata.Add(prefix + "feed_forward_length", architecture.IntermediateSize);
        metadata.Add(prefix + "attention.head_count", architecture.Heads);
        metadata.Add(prefix + "attention.head_count_kv", architecture.KvHeads);
        metadata.Add(prefix + "attention.layer_norm_rms_epsilon", architecture.Head.Norm!.Epsilon);
        metadata.Add(prefix + "attention.key_length", architecture.HeadSize);
        metadata.Add(prefix + "attention.value_length", architecture.HeadSize);
        metadata.Add(prefix + "vocab_size", architecture.VocabularySize);
        RopeMetadata.Add(metadata, prefix, RopeOf(architecture));
    }

    /// <summary>The rotation, which all layers of these architectures share.</summary>
    public static RopeParameters RopeOf(DecoderArchitecture architecture) => architecture.Ropes[0]!;

    /// <summary>
    /// Tokens for which llama.cpp computes what the model's publisher means. These architectures have no sliding window and no frequencies that
    /// change with the length there, so a model with either is right only up to where they would show.
    /// </summary>
    public static int ContextLength(DecoderArchitecture architecture)
    {
        RopeParameters rope = RopeOf(architecture);
        int length = rope.Kind == "dynamic" ? rope.Settings!.MaxPositions : architecture.ContextLength;
        return architecture.SlidingWindows.Min(window => window ?? int.MaxValue) is int window && window < length ? window : length;
    }
}
