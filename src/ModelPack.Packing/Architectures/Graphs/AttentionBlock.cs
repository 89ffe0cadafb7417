using ModelPack.Formats.Onnx;
using ModelPack.Packing.Architectures.Families;
using ModelPack.Packing.Architectures.Rope;
using ModelPack.Packing.Architectures.Weights;

namespace ModelPack.Packing.Architectures.Graphs;

/// <summary>Grouped-query attention with a KV cache.</summary>
internal sealed class AttentionBlock(GraphScope scope, SequenceBlock sequence)
{
    private readonly DecoderArchitecture _sizes = scope.Architecture;
    private readonly AttentionStyle _style = scope.Architecture.Family.Attention;
    private readonly HeadPadding _padding = new(scope);
    private readonly Dictionary<RopeParameters, RotaryBlock> _rotaries = new(ReferenceEqualityComparer.Instance);

    /// <summary>Adds one layer's attention to x [batch, sequence, hidden] and returns what it adds to the stream.</summary>
    public string Add(DecoderLayer layer, string path, string x) =>
        LinearBlock.Add(scope, layer.Attention!.Output.Module, $"{path}/o_proj", Heads(layer, path, x), layer.Attention.Output);

    /// <summary>Adds the attention without its output projection and returns what the heads give, [batch, sequence, heads * head size].</summary>
    public string Heads(DecoderLayer layer, string path, string x)
    {
        AttentionWeights weights = layer.Attention!;
        RotaryBlock? rotary = layer.Rope is null ? null : RotaryOf(layer.Rope);
        bool rotatesInside = rotary is not null && rotary.CanBeInsideAttention && !_style.NormsAfterRope;
        bool untouched = (rotary is null || rotatesInside) && weights.QueryNorm is null && weights.KeyNorm is null && _padding.IsNone && _style.Clip is null && layer.Rope?.Growth is null;
        bool joined = LinearBlock.CanJoin(scope, weights.Query, weights.Key, weights.Value);
        string[] qkv = joined ? Joined(weights, path, x, keepJoined: untouched) : Separate(weights, path, x);
        if (qkv[1].Length > 0)
        {
            RotaryBlock? before = rotatesInside ? null : rotary;
            string query = Prepare(qkv[0], weights.QueryNorm, before, _sizes.Heads, $"{path}/q");
            qkv[0] = _padding.Widen(layer.Rope?.Growth is { } growth ? Grown(query, growth, $"{path}/q_grown") : query, _sizes.Heads, $"{path}/q");
            qkv[1] = _padding.Widen(Prepare(qkv[1], weights.KeyNorm, before, _sizes.KvHeads, $"{path}/k"), _sizes.KvHeads, $"{path}/k");
            qkv[2] = _padding.Widen(Clipped(qkv[2], $"{path}/v"), _sizes.KvHeads, $"{path}/v");
        }

        return _padding.Narrow(Attend(layer, path, qkv, rotatesInside ? rotary : null), _sizes.Heads, $"{path}/heads");
    }

    /// <summary>Declares the cache outputs of a layer; after those of the graph's result.</summary>
    public void DeclareOutputs(DecoderLayer layer)
    {
        scope.Graph.Output(DecoderGraph.PresentKey(layer.Index), scope.ActivationType, CacheDims("total_sequence_length"));
        scope.Graph.Output(DecoderGraph.PresentValue(layer.Index), scope.ActivationType, CacheDims("total_sequence_length"));
    }

    /// <summary>Tables of a rope, made once; their names depend on its place among the decoder's ropes, not on the part that is built.</summary>
    private RotaryBlock RotaryOf(RopeParameters rope)
    {
        if (!_rotaries.TryGetValue(rope, out RotaryBlock? rotary))
        {
            int index = _sizes.Ropes.OfType<RopeParameters>().Distinct(ReferenceEqualityComparer.Instance).ToList().IndexOf(rope);
            _rotaries[rope] = rotary = new RotaryBlock(scope, sequence, rope, index == 0 ? string.Empty : $"_{index}");
        }

        return rotary;
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

    /// <summary>Queries or keys, normed, clipped and rotated as far as the family does and the operator does not.</summary>
    private string Prepare(string x, Norm? norm, RotaryBlock? rotary, int heads, string path) => _style.NormsAfterRope
        ? Normed(Rotated(x, rotary, heads, path), norm, heads, path)
        : Rotated(Clipped(Normed(x, norm, heads, path), path), rotary, heads, path);

    private string Clipped(string x, string path) => _style.Clip is float clip
        ? scope.Graph.Node("Clip", [x, scope.Number(-clip), scope.Number(clip)], $"{path}_clipped")
        : x;

    private string Normed(string x, Norm? norm, int heads, string path) => norm is null ? x : NormBlock.AddToHeads(scope, norm, heads, x, $"{path}_norm");

    private static string Rotated(string x, RotaryBlock? rotary, int heads, string path) => rotary?.Rotate(x, heads, $"{path}_rotary") ?? x;

    /// <summary>Queries times the factor of their position; a factor of a whole head goes past the rotation.</summary>
    private string Grown(string query, QueryGrowth growth, string output)
    {
        const string Factors = "/query_growth";
        if (!scope.Graph.Contains(Factors))
        {
            string periods = scope.Graph.Node("Div", [sequence.Positions(), scope.Scalar(growth.Period)], $"{Factors}/periods");
            string floating = scope.Graph.Node("Cast", [periods], $"{Factors}/periods_float", ("to", (int)scope.ActivationType));
            string logarithm = scope.Graph.Node("Log", [scope.Graph.Node("Add", [floating, scope.Number(1)], $"{Factors}/shifted")], $"{Factors}/log");
            string factor = scope.Graph.Node("Add", [scope.Graph.Node("Mul", [logarithm, scope.Number(growth.Beta)], $"{Factors}/grown"), scope.Number(1)], $"{Factors}/row");
            scope.Graph.Node("Unsqueeze", [factor, scope.Vector(-1)], Factors);
        }

        return scope.Graph.Node("Mul", [query, Factors], output);
    }

    private string Attend(DecoderLayer layer, string path, string[] qkv, RotaryBlock? rotary)
    {
        OnnxElementType type = scope.ActivationType;
        string pastKey = scope.Graph.Input(DecoderGraph.PastKey(layer.Index), type, CacheDims("past_sequence_length"));
        string pastValue = scope.Graph.Input(DecoderGraph.PastValue(layer.Index), type, CacheDims("past_sequence_length"));
        string output = $"{path}/GroupQueryAttention";
        string bias = _style.LinearBias ? LinearBiasBlock.Add(scope, sequence) : string.Empty;
        string sinks = layer.Attention!.Sinks is { } sink ? scope.VectorOf(sink.Name, sink) : string.Empty;
        string[] inputs = [.. qkv, pastKey, pastValue, sequence.PastAndHere, sequence.Total, rotary?.Cosines ?? string.Empty, rotary?.Sines ?? string.Empty, string.Empty, bias, sinks];
        scope.Graph.Node(
            "com.microsoft.GroupQueryAttention",
            inputs.AsSpan(0, Array.FindLastIndex(inputs, input => input.Length > 0) + 1),
            [output, DecoderGraph.PresentKey(layer.Index), DecoderGraph.PresentValue(layer.Index)],
            ("num_heads", _sizes.Heads),
            ("kv_num_heads", _sizes.KvHeads),
            ("scale", Scale(layer)),
            ("softcap", _style.SoftCap),
            ("local_window_size", layer.SlidingWindow ?? -1),
            ("do_rotary", rotary is null ? 0 : 1),
            ("rotary_interleaved", rotary is { Interleaved: true } ? 1 : 0));
        return output;
    }

    private float Scale(DecoderLayer layer)
    {
        double scale = _style.Scale ?? 1 / Math.Sqrt(_sizes.HeadSize);
        return (float)(_style.ScaleFallsWithLayer ? scale / (layer.Index + 1) : scale);
    }

    private OnnxDimension[] CacheDims(string length) => ["batch_size", _sizes.KvHeads, length, _sizes.CacheHeadSize];
}
