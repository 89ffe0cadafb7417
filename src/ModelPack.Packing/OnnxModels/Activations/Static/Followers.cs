using ModelPack.Formats.Onnx.Protobuf;

namespace ModelPack.Packing.OnnxModels.Activations.Static;

/// <summary>Operators without weights that work on codes as they do on values, so that codes need not be turned back between convolutions.</summary>
internal static class Followers
{
    /// <summary>How an operator's result relates to its inputs.</summary>
    private enum Kind
    {
        /// <summary>Moves or picks codes: one scale before and after.</summary>
        SameScale,

        /// <summary>Computes from one input: a scale of its own.</summary>
        OneInput,

        /// <summary>Computes from all inputs.</summary>
        AllInputs,
    }

    // MaxPool takes codes from operator set 12 on; the others are ONNX Runtime's own operators or move bytes.
    private static readonly Dictionary<string, (Kind Kind, int OperatorSet)> Table = new()
    {
        ["MaxPool"] = (Kind.SameScale, 12),
        ["Reshape"] = (Kind.SameScale, 1),
        ["Transpose"] = (Kind.SameScale, 1),
        ["Flatten"] = (Kind.SameScale, 1),
        ["Squeeze"] = (Kind.SameScale, 1),
        ["Unsqueeze"] = (Kind.SameScale, 1),
        ["Concat"] = (Kind.AllInputs, 1),
        ["Add"] = (Kind.AllInputs, 1),
        ["Mul"] = (Kind.AllInputs, 1),
        ["AveragePool"] = (Kind.OneInput, 1),
        ["GlobalAveragePool"] = (Kind.OneInput, 1),
        ["LeakyRelu"] = (Kind.OneInput, 1),
        ["Sigmoid"] = (Kind.OneInput, 1),
    };

    /// <summary>True for an operator that may follow.</summary>
    public static bool Is(NodeProto node, long operatorSet) => OperatorDomain.IsStandard(node.Domain) && node.Output.Count == 1
        && Table.TryGetValue(node.OpType, out (Kind Kind, int OperatorSet) entry) && operatorSet >= entry.OperatorSet;

    /// <summary>True when result and input share one scale.</summary>
    public static bool SharesScale(NodeProto node) => Table[node.OpType].Kind == Kind.SameScale;

    /// <summary>True where scales of the inputs are best the same: nothing has to be converted then.</summary>
    public static bool PrefersOneScale(NodeProto node) => node.OpType is "Concat" or "Add";

    /// <summary>The inputs that have to be codes.</summary>
    public static IEnumerable<string> Data(NodeProto node) => Table[node.OpType].Kind == Kind.AllInputs ? node.Input : node.Input.Take(1);
}
