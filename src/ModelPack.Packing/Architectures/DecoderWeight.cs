using ModelPack.Formats.Numerics;

namespace ModelPack.Packing.Architectures;

/// <summary>One weight of a decoder and where it lies in the checkpoint. Immutable, thread-safe.</summary>
/// <param name="Name">Published name, for example <c>model.layers.0.self_attn.q_proj.weight</c>.</param>
/// <param name="Role">What the weight is for.</param>
/// <param name="Rows">Outputs; 1 for a norm or a bias.</param>
/// <param name="Columns">Inputs; the length of a norm or a bias.</param>
/// <param name="Layer">Layer from 0; null outside the layers.</param>
/// <param name="Tensor">Name of the tensor in the checkpoint that holds it.</param>
/// <param name="FirstRow">Row of that tensor where the weight begins; not 0 where a checkpoint stores several weights in one tensor.</param>
/// <param name="SourceType">Floating-point type that holds its values without loss: the checkpoint's, float32 where something is added to them.</param>
public sealed record DecoderWeight(string Name, WeightRole Role, int Rows, int Columns, int? Layer, string Tensor, int FirstRow, ElementType SourceType)
{
    /// <summary>How the weight lies in its tensor; null: as consecutive rows from <see cref="FirstRow"/> on.</summary>
    public WeightView? View { get; init; }

    /// <summary>Added to every value that is read: 1 where a family's norms multiply by 1 + w.</summary>
    public float Addend { get; init; }

    /// <summary>Elements of the weight.</summary>
    public long ElementCount => (long)Rows * Columns;

    /// <summary>
    /// True for the weight of a linear layer or an embedding table, which can be quantized; false for norms, biases and what is
    /// small and sensitive: learned positions, projections around the embedding, routers, sinks, convolutions.
    /// </summary>
    public bool IsMatrix => Role is WeightRole.Embedding or WeightRole.Head or WeightRole.TiedEmbedding
        or WeightRole.Query or WeightRole.Key or WeightRole.Value or WeightRole.Output or WeightRole.Gate or WeightRole.Up or WeightRole.Down
        or WeightRole.ConvolutionInput or WeightRole.ConvolutionOutput;
}
