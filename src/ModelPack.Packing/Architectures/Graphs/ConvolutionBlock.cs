using ModelPack.Formats.Onnx;
using ModelPack.Packing.Architectures.Weights;

namespace ModelPack.Packing.Architectures.Graphs;

/// <summary>
/// A gated short convolution over the tokens: out(c * sum over taps of kernel * (b * v)). What the first tokens of a pass need of the tokens
/// before them is a state of the layer: the gated values of the last tokens, zeros at the beginning of a text.
/// </summary>
internal sealed class ConvolutionBlock(GraphScope scope, SequenceBlock sequence)
{
    private readonly int _hidden = scope.Architecture.HiddenSize;
    private readonly int _state = scope.Architecture.ConvolutionState;

    /// <summary>Adds one layer's convolution of x [batch, sequence, hidden] and returns what it adds to the stream.</summary>
    public string Add(DecoderLayer layer, string path, string x)
    {
        Linear output = layer.Convolution!.Output;
        return LinearBlock.Add(scope, output.Module, $"{path}/out_proj", Inner(layer, path, x), output);
    }

    /// <summary>Adds the convolution without its output projection, [batch, sequence, hidden].</summary>
    public string Inner(DecoderLayer layer, string path, string x)
    {
        ConvolutionWeights weights = layer.Convolution!;
        string[] parts = [$"{path}/gate", $"{path}/result_gate", $"{path}/values"];
        string joined = LinearBlock.Add(scope, weights.Input.Module, $"{path}/in_proj", x, weights.Input);
        scope.Graph.Node("Split", [joined, scope.Vector(_hidden, _hidden, _hidden)], parts, ("axis", -1));
        string past = scope.Graph.Input(DecoderGraph.PastConvolution(layer.Index), scope.ActivationType, StateDims);
        string before = scope.Graph.Node("Transpose", [past], $"{path}/before", ("perm", Permutation));
        string all = scope.Graph.Node("Concat", [before, scope.Graph.Node("Mul", [parts[0], parts[2]], $"{path}/gated")], $"{path}/all", ("axis", 1));
        scope.Graph.Node("Transpose", [sequence.LastRows(all, _state, $"{path}/last")], DecoderGraph.PresentConvolution(layer.Index), ("perm", Permutation));
        return scope.Graph.Node("Mul", [parts[1], Convolved(weights, path, all)], $"{path}/product");
    }

    /// <summary>Declares the state that leaves a layer; after the graph's result.</summary>
    public void DeclareOutputs(DecoderLayer layer) => scope.Graph.Output(DecoderGraph.PresentConvolution(layer.Index), scope.ActivationType, StateDims);

    private OnnxDimension[] StateDims => ["batch_size", _hidden, _state];

    private static OnnxAttributeValue Permutation => new long[] { 0, 2, 1 };

    /// <summary>One product a tap: few taps over wide rows are no work for a general convolution.</summary>
    private string Convolved(ConvolutionWeights weights, string path, string all)
    {
        string sum = string.Empty;
        for (int tap = 0; tap <= _state; tap++)
        {
            string shifted = scope.Graph.Node("Slice", [all, scope.Vector(tap), scope.Vector(tap < _state ? tap - _state : long.MaxValue), scope.Vector(1)], $"{path}/shifted_{tap}");
            string product = scope.Graph.Node("Mul", [shifted, scope.VectorOf(weights.Taps[tap].Name, weights.Taps[tap])], $"{path}/product_{tap}");
            sum = tap == 0 ? product : scope.Graph.Node("Add", [sum, product], $"{path}/sum_{tap}");
        }

        return weights.Bias is { } bias ? scope.Graph.Node("Add", [sum, scope.VectorOf(bias.Name, bias)], $"{path}/convolved") : sum;
    }
}
