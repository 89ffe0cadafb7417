using ModelPack.Packing.Architectures.Families;
using ModelPack.Packing.Architectures.Weights;

namespace ModelPack.Packing.Architectures.Graphs;

/// <summary>One layer: its two branches in the family's order.</summary>
internal sealed class LayerBlocks(GraphScope scope, AttentionBlock attention, ConvolutionBlock convolution, ResidualStream stream)
{
    /// <summary>Adds a layer.</summary>
    public void Add(DecoderLayer layer)
    {
        string path = $"/layers.{layer.Index}";
        switch (scope.Architecture.Family.Order)
        {
            case LayerOrder.Parallel:
                AddParallel(layer, path);
                break;
            case LayerOrder.NormBehindSum:
                stream.Add(Attention(layer, path, stream.Value($"{path}/input")));
                stream.Renorm(layer.Norms.Attention!, $"{path}/input_norm");
                stream.Add(FeedForward(layer, path, stream.Value($"{path}/middle")));
                stream.Renorm(layer.Norms.FeedForward!, $"{path}/feed_forward_norm");
                break;
            default:
                stream.Add(Attention(layer, path, stream.Norm(layer.Norms.Attention, $"{path}/input_norm")));
                stream.Add(FeedForward(layer, path, stream.Norm(layer.Norms.FeedForward, $"{path}/feed_forward_norm")));
                break;
        }
    }

    /// <summary>Both branches read the stream as it was before the layer, behind one norm or each behind its own.</summary>
    private void AddParallel(DecoderLayer layer, string path)
    {
        string input = stream.Norm(layer.Norms.Attention, $"{path}/input_norm");
        string other = layer.Norms.FeedForward is null ? input : stream.Norm(layer.Norms.FeedForward, $"{path}/feed_forward_norm");
        stream.Add(scope.Graph.Node("Add", [Attention(layer, path, input), FeedForward(layer, path, other)], $"{path}/branches"));
    }

    private string Attention(DecoderLayer layer, string path, string x) =>
        layer.Convolution is null
            ? BranchBlock.Finish(scope, layer.Norms.AttentionOutput, attention.Add(layer, $"{path}/self_attn", x), $"{path}/self_attn")
            : BranchBlock.Finish(scope, layer.Norms.AttentionOutput, convolution.Add(layer, $"{path}/conv", x), $"{path}/conv");

    private string FeedForward(DecoderLayer layer, string path, string x) =>
        BranchBlock.Finish(
        scope,
        layer.Norms.FeedForwardOutput,
        layer.Mixture is { } mixture ? new MixtureBlock(scope, scope.Architecture.Family.Mixture!).Add(mixture, $"{path}/mlp", x) : FeedForwardBlock.Add(scope, layer.FeedForward!, $"{path}/mlp", x),
        $"{path}/mlp");
}
