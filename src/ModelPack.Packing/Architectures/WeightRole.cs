namespace ModelPack.Packing.Architectures;

/// <summary>What a weight is for.</summary>
public enum WeightRole
{
    /// <summary>Embedding table [vocabulary, hidden].</summary>
    Embedding,

    /// <summary>Output head [vocabulary, hidden].</summary>
    Head,

    /// <summary>One table that is embedding and output head.</summary>
    TiedEmbedding,

    /// <summary>Query projection [heads * head size, hidden].</summary>
    Query,

    /// <summary>Key projection [key/value heads * head size, hidden].</summary>
    Key,

    /// <summary>Value projection [key/value heads * head size, hidden].</summary>
    Value,

    /// <summary>Output projection of the attention [hidden, heads * head size].</summary>
    Output,

    /// <summary>Gate of the feed-forward network [intermediate, hidden].</summary>
    Gate,

    /// <summary>Widening projection of the feed-forward network [intermediate, hidden].</summary>
    Up,

    /// <summary>Narrowing projection of the feed-forward network [hidden, intermediate].</summary>
    Down,

    /// <summary>Factors of a norm.</summary>
    Norm,

    /// <summary>Addend of a linear layer or of a norm.</summary>
    Bias,

    /// <summary>Table of learned positions [positions, hidden].</summary>
    Positions,

    /// <summary>Projection between the embedding's width and the stream's.</summary>
    Projection,

    /// <summary>Router of a mixture of experts [experts, hidden].</summary>
    Router,

    /// <summary>Attention sinks [heads].</summary>
    Sink,

    /// <summary>One tap of a short convolution [hidden].</summary>
    Convolution,

    /// <summary>Projection in front of a short convolution [3 * hidden, hidden]: its gate, the gate of its result, its values.</summary>
    ConvolutionInput,

    /// <summary>Projection behind a short convolution [hidden, hidden].</summary>
    ConvolutionOutput,
}
