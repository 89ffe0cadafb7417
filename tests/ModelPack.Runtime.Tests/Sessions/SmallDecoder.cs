using System.Globalization;
using ModelPack.Formats.Onnx;

namespace ModelPack.Runtime.Tests.Sessions;

/// <summary>
/// A two-layer decoder with weights by formula, written in each of the shapes that a graph may have: the same function of the
/// tokens, whatever the inputs and outputs look like.
/// </summary>
internal sealed record SmallDecoder
{
    public const int Vocabulary = SmallTokenizer.Vocabulary;
    public const int Context = 300;
    private const int Hidden = 32;
    private const int HeadSize = 16;
    private const int Layers = 2;

    /// <summary>Type of ids, mask and positions.</summary>
    public OnnxElementType IdType { get; init; } = OnnxElementType.Int64;

    /// <summary>Type of weights, caches and logits.</summary>
    public OnnxElementType Type { get; init; } = OnnxElementType.Float32;

    /// <summary>Positions as an input and rotation outside the attention.</summary>
    public bool Positions { get; init; }

    /// <summary>Logits for the last token of a step only.</summary>
    public bool LastRowOnly { get; init; }

    /// <summary>Attention that appends to its past instead of extending a cache in place.</summary>
    public bool Appends { get; init; }

    /// <summary>Leaves the head size of the caches open.</summary>
    public bool OpenHeadSize { get; init; }

    /// <summary>A weight that is no number.</summary>
    public bool Damaged { get; init; }

    /// <summary>Every shape that the runtime must cope with.</summary>
    public static Dictionary<string, SmallDecoder> Shapes { get; } = new()
    {
        ["plain"] = new(),
        ["int32"] = new() { IdType = OnnxElementType.Int32 },
        ["positions"] = new() { Positions = true },
        ["positions int32"] = new() { Positions = true, IdType = OnnxElementType.Int32 },
        ["last row only"] = new() { LastRowOnly = true },
        ["appends"] = new() { Appends = true, Positions = true },
        ["appends, last row only"] = new() { Appends = true, Positions = true, LastRowOnly = true },
        ["float16"] = new() { Type = OnnxElementType.Float16 },
        ["float16, positions, last row only"] = new() { Type = OnnxElementType.Float16, Positions = true, LastRowOnly = true },
        ["open head size"] = new() { OpenHeadSize = true },
    };

    /// <summary>Writes model.onnx and genai_config.json.</summary>
    public void Write(string folder)
    {
        Directory.CreateDirectory(folder);
        OnnxFile.Write(Path.Combine(folder, "model.onnx"), Build());
        File.WriteAllText(Path.Combine(folder, "genai_config.json"), Config);
    }

    /// <summary>The genai_config.json.</summary>
    public static string Config => string.Create(CultureInfo.InvariantCulture, $$"""
        {
          "model": {
            "type": "decoder", "context_length": {{Context}}, "vocab_size": {{Vocabulary}}, "eos_token_id": [{{Vocabulary - 1}}], "pad_token_id": 0,
            "decoder": { "filename": "model.onnx", "head_size": {{HeadSize}}, "num_hidden_layers": {{Layers}} }
          },
          "search": { "past_present_share_buffer": true }
        }
        """);

    private Formats.Onnx.Protobuf.ModelProto Build()
    {
        var graph = new OnnxGraphBuilder("small", Appends ? 23 : 21);
        OnnxDimension[] step = ["batch", "step"];
        string ids = graph.Input("input_ids", IdType, step);
        string mask = graph.Input("attention_mask", IdType, "batch", "total");
        string positions = Positions ? graph.Input("position_ids", IdType, step) : "";
        positions = Positions ? graph.Node("Cast", [positions], "positions64", ("to", (int)OnnxElementType.Int64)) : "";
        string counted = graph.Node("ReduceSum", [mask, graph.Initializer<long>("axis1", [1], [1])], "counted", ("keepdims", 0));
        string one = graph.Node("Cast", [graph.Initializer<int>("one", [1], [1])], "one_as_id", ("to", (int)IdType));
        string lengths = graph.Node("Cast", [graph.Node("Sub", [counted, one], "last_index")], "seqlens_k", ("to", (int)OnnxElementType.Int32));
        string width = graph.Node("Gather", [graph.Node("Shape", [mask], "mask_shape"), graph.Initializer<long>("second", [], [1])], "mask_width", ("axis", 0));
        string total = graph.Node("Cast", [width], "total_length", ("to", (int)OnnxElementType.Int32));
        (string cos, string sin) = (Weight(graph, "cos", Context, HeadSize / 2, (p, i) => Math.Cos(p * Frequency(i))), Weight(graph, "sin", Context, HeadSize / 2, (p, i) => Math.Sin(p * Frequency(i))));

        string x = graph.Node("Gather", [Wavy(graph, "embed", Vocabulary, Hidden, 1), ids], "embedded", ("axis", 0));
        for (int layer = 0; layer < Layers; layer++)
        {
            string name = $"layer{layer}.";
            string q = graph.Node("MatMul", [x, Wavy(graph, name + "q", Hidden, 2 * HeadSize, 0.2)], name + "query");
            string k = graph.Node("MatMul", [x, Wavy(graph, name + "k", Hidden, HeadSize, 0.2)], name + "key");
            string v = graph.Node("MatMul", [x, Wavy(graph, name + "v", Hidden, HeadSize, 0.2)], name + "value");
            string attention = Attention(graph, layer, q, k, v, positions, lengths, total, cos, sin);
            string projected = graph.Node("MatMul", [attention, Wavy(graph, name + "o", 2 * HeadSize, Hidden, 0.2)], name + "projected");
            x = graph.Node("Tanh", [graph.Node("Add", [x, projected], name + "sum")], name + "out");
        }

        if (LastRowOnly)
        {
            string last = graph.Node("Gather", [x, graph.Initializer<long>("last", [1], [-1])], "last_row", ("axis", 1));
            x = last;
        }

        graph.Node("MatMul", [x, Wavy(graph, "head", Hidden, Vocabulary, 1)], "logits");
        graph.Output("logits", Type, "batch", "rows", Vocabulary);
        return graph.Build();
    }

    private string Attention(OnnxGraphBuilder graph, int layer, string q, string k, string v, string positions, string lengths, string total, string cos, string sin)
    {
        string name = $"layer{layer}.";
        OnnxDimension headSize = OpenHeadSize ? "head_size" : HeadSize;
        string[] pasts = [.. new[] { "key", "value" }.Select(kind => graph.Input($"past_key_values.{layer}.{kind}", Type, "batch", 1, "past", headSize))];
        string[] outputs = [name + "attended", $"present.{layer}.key", $"present.{layer}.value"];
        if (Positions)
        {
            q = graph.Node("com.microsoft.RotaryEmbedding", [q, positions, cos, sin], name + "rotated_query", ("num_heads", 2));
            k = graph.Node("com.microsoft.RotaryEmbedding", [k, positions, cos, sin], name + "rotated_key", ("num_heads", 1));
        }

        if (Appends)
        {
            graph.Node("Attention", [q, k, v, "", .. pasts], outputs, ("q_num_heads", 2), ("kv_num_heads", 1), ("is_causal", 1));
        }
        else
        {
            string[] rotation = Positions ? [] : [cos, sin];
            graph.Node("com.microsoft.GroupQueryAttention", [q, k, v, .. pasts, lengths, total, .. rotation], outputs, ("num_heads", 2), ("kv_num_heads", 1), ("do_rotary", Positions ? 0 : 1));
        }

        graph.Output(outputs[1], Type, "batch", 1, "present", headSize);
        graph.Output(outputs[2], Type, "batch", 1, "present", headSize);
        return outputs[0];
    }

    private static double Frequency(int i) => Math.Pow(100, -2.0 * i / HeadSize);

    private string Wavy(OnnxGraphBuilder graph, string name, int rows, int columns, double scale) =>
        Weight(graph, name, rows, columns, (r, c) => Damaged && name == "head" ? double.NaN : scale * Math.Sin((r * 12.9898) + (c * 78.233) + (name.Length * 3)));

    private string Weight(OnnxGraphBuilder graph, string name, int rows, int columns, Func<int, int, double> value)
    {
        var values = new double[rows * columns];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = value(i / columns, i % columns);
        }

        return Type == OnnxElementType.Float32
            ? graph.Initializer<float>(name, [rows, columns], Array.ConvertAll(values, number => (float)number))
            : graph.Initializer<Half>(name, [rows, columns], Array.ConvertAll(values, number => (Half)number));
    }
}
