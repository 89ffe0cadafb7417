using ModelPack.Packing.Architectures;

namespace ModelPack.Packing.Reports;

/// <summary>Names of the kinds of weights, in the order of reports.</summary>
internal static class WeightKinds
{
    /// <summary>Weights of an ONNX model's products.</summary>
    public const string Product = "products";

    /// <summary>Tables that an ONNX model looks up.</summary>
    public const string LookUp = "look-up tables";

    /// <summary>What else an ONNX model holds: convolutions, recurrent layers, biases.</summary>
    public const string Other = "other constants";

    private static readonly (WeightRole? Role, string Name, string Short)[] Table =
    [
        (WeightRole.TiedEmbedding, "embedding and head", "table"),
        (WeightRole.Embedding, "embedding", "embed"),
        (WeightRole.Head, "output head", "head"),
        (WeightRole.Query, "attention query", "q"),
        (WeightRole.Key, "attention key", "k"),
        (WeightRole.Value, "attention value", "v"),
        (WeightRole.Output, "attention output", "o"),
        (WeightRole.ConvolutionInput, "convolution input", "conv in"),
        (WeightRole.ConvolutionOutput, "convolution output", "conv out"),
        (WeightRole.Gate, "feed-forward gate", "gate"),
        (WeightRole.Up, "feed-forward up", "up"),
        (WeightRole.Down, "feed-forward down", "down"),
        (WeightRole.Norm, "norms", "norm"),
        (WeightRole.Bias, "biases", "bias"),
        (WeightRole.Positions, "positions", "pos"),
        (WeightRole.Projection, "embedding projection", "proj"),
        (WeightRole.Router, "routers", "router"),
        (WeightRole.Sink, "attention sinks", "sink"),
        (WeightRole.Convolution, "convolutions", "conv"),
        (null, Product, "product"),
        (null, LookUp, "table"),
        (null, Other, "other"),
    ];

    /// <summary>All names in order.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Table.Select(kind => kind.Name)];

    /// <summary>The name of a role.</summary>
    public static string Of(WeightRole role) => Array.Find(Table, kind => kind.Role == role).Name;

    /// <summary>A word for the head of a narrow column.</summary>
    public static string Short(string name) => Array.Find(Table, kind => kind.Name == name).Short;
}
