using ModelPack.Packing.Architectures;

namespace ModelPack.Packing.Stages;

/// <summary>A piece of a decoder that is run by itself, so that a model need not fit into memory.</summary>
/// <param name="Name">embedding, layer 0, ..., head.</param>
/// <param name="Options">What the piece holds.</param>
internal sealed record Stage(string Name, DecoderGraphOptions Options)
{
    /// <summary>The pieces of a decoder in order.</summary>
    public static IReadOnlyList<Stage> Of(DecoderArchitecture architecture) =>
    [
        new("embedding", DecoderGraphOptions.EmbeddingOnly),
        .. Enumerable.Range(0, architecture.Layers).Select(layer => new Stage($"layer {layer}", DecoderGraphOptions.SingleLayer(layer))),
        new("head", DecoderGraphOptions.HeadOnly(architecture.Layers)),
    ];
}
