using ModelPack.Formats.Onnx;
using ModelPack.Packing.Architectures.Encoders.Sentences;

namespace ModelPack.Packing.Architectures.Encoders.Graphs;

/// <summary>States of tokens to one embedding a text. Padding behind a text counts for nothing.</summary>
internal static class SentenceBlock
{
    private const string Path = "/sentence";

    // What sentence-transformers divides by at least.
    private const float SmallestSum = 1e-9f;
    private const float SmallestNorm = 1e-12f;

    private static readonly Dictionary<PoolingMode, Func<EncoderScope, string, string>> Weights = new()
    {
        [PoolingMode.Mean] = (scope, output) => Share(scope, Mask(scope), output),
        [PoolingMode.MeanSqrtLength] = (scope, output) => scope.Node("Div", [Mask(scope), scope.Node("Sqrt", [Sum(scope, Mask(scope), output)], $"{output}/root")], output),
        [PoolingMode.WeightedMean] = (scope, output) => Share(scope, scope.Node("Mul", [Mask(scope), scope.Node("Add", [Positions(scope), scope.Number(1)], $"{output}/numbers")], $"{output}/weighed"), output),
        [PoolingMode.LastToken] = LastToken,
    };

    /// <summary>Adds it and returns the number of dimensions.</summary>
    public static int Add(EncoderScope scope, SentencePooling sentence, string states, string output)
    {
        string[] parts = [.. sentence.Modes.Select(mode => Pool(scope, mode, states, $"{Path}/{mode}"))];
        string x = parts.Length == 1 ? parts[0] : scope.Node("Concat", parts, $"{Path}/pooled", ("axis", -1));
        int width = parts.Length * scope.Encoder.Sizes.Hidden;
        for (int i = 0; i < sentence.Steps.Count; i++)
        {
            if (sentence.Steps[i] is SentenceStep.Dense dense)
            {
                x = Activated(scope, dense.Activation, scope.Layer(dense.Layer, x, $"{Path}/dense.{i}"), $"{Path}/dense.{i}/activated");
                width = dense.Layer.Weight.Rows;
            }
            else
            {
                string norm = scope.Node("ReduceL2", [x, scope.Vector(-1)], $"{Path}/norm.{i}", ("keepdims", 1));
                x = scope.Node("Div", [x, scope.Node("Max", [norm, scope.Number(SmallestNorm)], $"{Path}/norm.{i}/divisor")], $"{Path}/normalized.{i}");
            }
        }

        scope.Node("Identity", [x], output);
        return width;
    }

    private static string Pool(EncoderScope scope, PoolingMode mode, string states, string output)
    {
        if (mode == PoolingMode.Cls)
        {
            return scope.Node("Gather", [states, scope.Scalar(0)], output, ("axis", 1));
        }

        if (mode == PoolingMode.Max)
        {
            string column = scope.Node("Unsqueeze", [scope.Node("Cast", [EncoderGraph.AttentionMask], $"{output}/real", ("to", (int)OnnxElementType.Bool)), scope.Vector(-1)], $"{output}/column");
            string real = scope.Node("Where", [column, states, scope.Number(float.MinValue)], $"{output}/states");
            return scope.Node("ReduceMax", [real, scope.Vector(1)], output, ("keepdims", 0));
        }

        // Weights of positions times states: one small product a text, whatever the weights.
        string row = scope.Node("Unsqueeze", [Weights[mode](scope, $"{output}/weights"), scope.Vector(1)], $"{output}/row");
        return scope.Node("Squeeze", [scope.Node("MatMul", [row, states], $"{output}/sum"), scope.Vector(1)], output);
    }

    private static string Mask(EncoderScope scope)
    {
        const string Name = $"{Path}/mask";
        return scope.Graph.Contains(Name) ? Name : scope.Node("Cast", [EncoderGraph.AttentionMask], Name, ("to", (int)OnnxElementType.Float32));
    }

    /// <summary>0, 1, 2 and so on, float [sequence].</summary>
    private static string Positions(EncoderScope scope)
    {
        const string Name = $"{Path}/positions";
        if (scope.Graph.Contains(Name))
        {
            return Name;
        }

        string length = scope.Node("Squeeze", [scope.Node("Shape", [EncoderGraph.AttentionMask], $"{Name}/shape", ("start", 1), ("end", 2))], $"{Name}/length");
        return scope.Node("Cast", [scope.Node("Range", [scope.Scalar(0), length, scope.Scalar(1)], $"{Name}/range")], Name, ("to", (int)OnnxElementType.Float32));
    }

    private static string Sum(EncoderScope scope, string weights, string path) =>
        scope.Node("Max", [scope.Node("ReduceSum", [weights, scope.Vector(1)], $"{path}/total", ("keepdims", 1)), scope.Number(SmallestSum)], $"{path}/divisor");

    private static string Share(EncoderScope scope, string weights, string output) => scope.Node("Div", [weights, Sum(scope, weights, output)], output);

    /// <summary>1 at the last position that is no padding.</summary>
    private static string LastToken(EncoderScope scope, string output)
    {
        string places = scope.Node("Mul", [Mask(scope), Positions(scope)], $"{output}/places");
        string last = scope.Node("ReduceMax", [places, scope.Vector(1)], $"{output}/last", ("keepdims", 1));
        return scope.Node("Cast", [scope.Node("Equal", [Positions(scope), last], $"{output}/is_last")], output, ("to", (int)OnnxElementType.Float32));
    }

    private static string Activated(EncoderScope scope, PoolerActivation activation, string x, string output) =>
        activation == PoolerActivation.Identity ? x : scope.Node(activation.ToString(), [x], output);
}
