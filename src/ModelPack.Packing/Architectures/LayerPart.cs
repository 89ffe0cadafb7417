namespace ModelPack.Packing.Architectures;

/// <summary>A step of one decoder layer, cut where the input of a linear layer can be seen.</summary>
public enum LayerPart
{
    /// <summary>The stream to the input of the query, key and value projections: the norm.</summary>
    AttentionInput,

    /// <summary>That input to the input of the output projection: projections, rotation, attention; or the short convolution in its place.</summary>
    AttentionHeads,

    /// <summary>That input and the stream to the stream after the attention.</summary>
    AttentionOutput,

    /// <summary>The stream after the attention to the input of the gate and up projections: the norm.</summary>
    FeedForwardInput,

    /// <summary>That input to the input of the down projection.</summary>
    FeedForwardProduct,

    /// <summary>That input and the stream to the stream after the layer.</summary>
    FeedForwardOutput,

    /// <summary>The stream to the inputs of parallel branches: one norm for both, or two end to end.</summary>
    ParallelInput,

    /// <summary>Those inputs to the inputs of both branches' last projections, end to end.</summary>
    ParallelProducts,

    /// <summary>Those inputs and the stream to the stream after the layer.</summary>
    ParallelOutput,

    /// <summary>The stream after the attention to the input of the experts, with the experts of every token.</summary>
    MixtureInput,

    /// <summary>That input to the inputs of the experts' down projections.</summary>
    MixtureProducts,

    /// <summary>Those inputs and the stream to the stream after the layer.</summary>
    MixtureOutput,
}
