using ModelPack.Formats.Onnx;
using ModelPack.Packing.Architectures.Weights;

namespace ModelPack.Packing.Architectures.Graphs;

/// <summary>Grouped-query attention with a KV cache.</summary>
internal sealed class AttentionBlock(GraphScope scope, SequenceBlock sequence, RotaryBlock rotary)
{
    private readonly DecoderArchitecture _sizes = scope.Architecture;

    /// <summary>Adds one layer's attention to x [batch, sequence, hidden] and returns what it adds to the stream.</summary>
    public string Add(DecoderLayer layer, string path, string x) =>
        LinearBlock.Add(scope, layer.Attention.Output.Module, $"{path}/o_proj", Heads(layer, path, x), layer.Attention.Output);

    /// <summary>Adds the attention without its output projection and returns what the heads give, [batch, sequence, heads * head size].</summary>
    public string Heads(DecoderLayer layer, string path, string x)
    {
        AttentionWeights weights = layer.Attention;
        bool joined = LinearBlock.CanJoin(scope, weights.Query, weights.Key, weights.Value);
        bool untouched = rotary.IsInsideAttention && weights.QueryNorm is null && weights.KeyNorm is null && _sizes.CacheHeadSize == _sizes.HeadSize;
        string[] qkv = joined ? Joined(weights, path, x, keepJoined: untouched) : Separate(weights, path, x);
        if (qkv[1].Length > 0)
        {
            qkv[0] = Prepare(qkv[0], weights.QueryNorm, _sizes.Heads, $"{path}/q");
            qkv[1] = Prepare(qkv[1], weights.KeyNorm, _sizes.KvHeads, $"{path}/k");
            qkv[2] = Widen(qkv[2], _sizes.KvHeads, $"{path}/v");
        }

        return Narrow(Attend(layer, path, qkv), $"{path}/heads");
    }

    private string[] Joined(AttentionWeights weights, string path, string x, bool keepJoined)
    {
        string module = $"{weights.Query.Module[..weights.Query.Module.LastIndexOf('.')]}.qkv_proj";
        string joined = LinearBlock.Add(scope, module, $"{path}/qkv_proj", x, weights.Query, weights.Key, weights.Value);
        if (keepJoined)
        {
            return [joined, string.Empty, string.Empty];
        }

        string[] parts = [$"{path}/q_proj", $"{path}/k_proj", $"{path}/v_proj"];
        scope.Graph.Node("Split", [joined, scope.Vector(weights.Query.Weight.Rows, weights.Key.Weight.Rows, weights.Value.Weight.Rows)], parts, ("axis", -1));
        return parts;
    }

    private string[] Separate(AttentionWeights weights, string path, string x) =>
    [
        LinearBlock.Add(scope, weights.Query.Module, $"{path}/q_proj", x, weights.Query),
        LinearBlock.Add(scope, weights.Key.Module, $"{path}/k_proj", x, weights.Key),
        LinearBlock.Add(scope, weights.Value.Module, $"{path}/v_proj", x, weights.Value),
    ];

    private string Prepare(string x, DecoderWeight? norm, int heads, string path)
    {
        string normed = norm is null ? x : NormBlock.AddPerHead(scope, norm, heads, x, $"{path}_norm");
        string rotated = rotary.IsInsideAttention ? normed : rotary.Rotate(normed, heads, $"{path}_rotary");
        return Widen(rotated, heads, path);
    }

    /// <summary>Heads filled up with zeros to the size the operator asks for: they add nothing to a score and come out as zeros.</summary>
    private string Widen(string x, int heads, string path)
    {
        int padding = _sizes.CacheHeadSize - _sizes.HeadSize;
        if (padding == 0)
        {
            return x;
        }

        string split = scope.Graph.Node("Reshape", [x, scope.Vector(0, 0, heads, _sizes.HeadSize)], $"{path}/narrow");
        string wide = scope.Graph.Node("Pad", [split, scope.Vector(0, padding), string.Empty, scope.Vector(3)], $"{path}/wide");
        return scope.Graph.Node("Reshape", [wide, scope.Vector(0, 0, heads * _sizes.CacheHeadSize)], $"{path}/widened");
    }

    private string Narrow(string x, string path)
    {
        if (_sizes.CacheHeadSize == _sizes.HeadSize)
        {
            return x;
        }

        string split = scope.Graph.Node("Reshape", [x, scope.Vector(0, 0, _sizes.Heads, _sizes.CacheHeadSize)], $"{path}/wide");
        string narrow = scope.Graph.Node("Slice", [split, scope.Vector(0), scope.Vector(_sizes.HeadSize), scope.Vector(3)], $"{path}/narrow");
        return scope.Graph.Node("Reshape", [narrow, scope.Vector(0, 0, _sizes.Heads * _sizes.HeadSize)], $"{path}/narrowed");
    }

    private string Attend(DecoderLayer layer, string path, string[] qkv)
    {
        OnnxElementType type = scope.ActivationType;
        string pastKey = scope.Graph.Input(DecoderGraph.PastKey(layer.Index), type, CacheDims("past_sequence_length"));
        string pastValue = scope.Graph.Input(DecoderGraph.PastValue(layer.Index), type, CacheDims("past_sequence_length"));
        string output = $"{path}/GroupQueryAttention";
        string[] tables = rotary.IsInsideAttention ? [rotary.Cosines, rotary.Sines] : [];
        scope.Graph.Node(
            "com.microsoft.GroupQueryAttention",
            [.. qkv, pastKey, pastValue, sequence.PastAndHere, sequence.Total, .. tables],
            [output, DecoderGraph.PresentKey(layer.Index), DecoderGraph.PresentValue(layer.Index)],
            ("num_heads", _sizes.Heads),
            ("kv_num_heads", _sizes.KvHeads),
            ("scale", (float)(1 / Math.Sqrt(_sizes.HeadSize))),
            ("local_window_size", layer.SlidingWindow ?? -1),
            ("do_rotary", rotary.IsInsideAttention ? 1 : 0),
            ("rotary_interleaved", 0));
        return output;
    }

    /// <summary>Declares the cache outputs of a layer; after those of the graph's result.</summary>
    public void DeclareOutputs(DecoderLayer layer)
    {
        scope.Graph.Output(DecoderGraph.PresentKey(layer.Index), scope.ActivationType, CacheDims("total_sequence_length"));
        scope.Graph.Output(DecoderGraph.PresentValue(layer.Index), scope.ActivationType, CacheDims("total_sequence_length"));
    }

    private OnnxDimension[] CacheDims(string length) => ["batch_size", _sizes.KvHeads, length, _sizes.CacheHeadSize];
}
