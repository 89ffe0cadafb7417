using ModelPack.Formats.Onnx.Protobuf;
using ModelPack.Packing.OnnxModels.Graphs;

namespace ModelPack.Packing.OnnxModels.Activations.Operators;

/// <summary>An operator whose weight never changes. Immutable.</summary>
internal sealed record WeightedOperator
{
    /// <summary>Its graph.</summary>
    public required GraphIndex Scope { get; init; }

    /// <summary>The node.</summary>
    public required NodeProto Node { get; init; }

    /// <summary>Where it stands.</summary>
    public required OperatorPlace Place { get; init; }

    /// <summary>The value that its first weight has in the file, behind what only reshapes it.</summary>
    public required string Weight { get; init; }

    /// <summary>An addition of a constant to each output channel, right behind; null: none, or others read what is between.</summary>
    public NodeProto? BiasNode { get; init; }

    /// <summary>Where that stands.</summary>
    public OperatorPlace? BiasPlace { get; init; }

    /// <summary>The bias of a product, whether its own or that of <see cref="BiasNode"/>; null: none.</summary>
    public float[]? Bias { get; init; }

    /// <summary>A Relu or Clip that alone reads the result, which a quantized result has in its range; null: none.</summary>
    public NodeProto? Activation { get; init; }

    /// <summary>Node name with the path of graphs that it lies in.</summary>
    public string Name => Scope.Path + (Node.Name.Length > 0 ? Node.Name : $"{Node.OpType}_{Place.Node}");

    /// <summary>The activations.</summary>
    public string Input => Node.Input[0];

    /// <summary>The result, with the bias.</summary>
    public string Output => (BiasNode ?? Node).Output.First(output => output.Length > 0);

    /// <summary>The result, behind the activation.</summary>
    public string Result => Activation?.Output[0] ?? Output;
}
