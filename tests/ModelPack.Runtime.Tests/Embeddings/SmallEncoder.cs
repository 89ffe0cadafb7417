using System.Text.Json.Nodes;
using ModelPack.Formats.Onnx;
using ModelPack.Formats.Onnx.Protobuf;
using ModelPack.Runtime.Embeddings;

namespace ModelPack.Runtime.Tests.Embeddings;

/// <summary>
/// A packed folder of a graph that averages a row for each token: its vectors can be computed by hand. The last element is the length of
/// the run, padding included.
/// </summary>
internal sealed record SmallEncoder
{
    public const int Dimensions = 4;
    public const int Positions = 40;

    public EmbeddingDescription? Description { get; init; } = new() { Output = "sentence_embedding", Dimensions = Dimensions, PositionLimit = Positions, PadTokenId = 5 };

    /// <summary>In place of what the description says.</summary>
    public string? Metadata { get; init; }

    /// <summary>Begins and ends every text with special tokens.</summary>
    public bool SpecialTokens { get; init; }

    /// <summary>Pads every text to so many tokens in the tokenizer's file; 0: it does not.</summary>
    public int FixedPadding { get; init; }

    /// <summary>Cuts every text to so many tokens in the tokenizer's file; 0: it does not.</summary>
    public int Truncation { get; init; }

    public bool HasTokenizer { get; init; } = true;

    /// <summary>The row of a token.</summary>
    public static float Row(int id, int element) => ((id * 7) + (element * 3)) % 11;

    /// <summary>What the graph gives for ids that are run at a length.</summary>
    public static float[] Expected(IReadOnlyList<int> ids, int length) =>
        [.. Enumerable.Range(0, Dimensions - 1).Select(element => ids.Sum(id => Row(id, element)) / ids.Count), length];

    /// <summary>Ids of a text of printable characters.</summary>
    public static int[] Ids(string text) => [.. text.Select(c => c - ' ')];

    public void Write(string folder)
    {
        Directory.CreateDirectory(folder);
        ModelProto model = Graph();
        if ((Metadata ?? Description?.ToJson()) is { } metadata)
        {
            model.MetadataProps.Add(new StringStringEntryProto { Key = EmbeddingDescription.MetadataKey, Value = metadata });
        }

        OnnxFile.Write(Path.Combine(folder, "model.onnx"), model);
        File.WriteAllText(Path.Combine(folder, "modelpack.json"), """{ "name": "averages", "key": "abc", "files": [{ "name": "model.onnx" }] }""");
        if (HasTokenizer)
        {
            File.WriteAllText(Path.Combine(folder, "tokenizer.json"), TokenizerJson());
        }
    }

    /// <summary>Opens a model of its own.</summary>
    public PackedModel Open()
    {
        using var folder = new TemporaryFolder();
        Write(folder.Path);
        return PackedModel.Open(folder.Path, SmallModel.OneThread);
    }

    private string TokenizerJson()
    {
        JsonObject json = JsonNode.Parse(SmallTokenizer.Json())!.AsObject();
        if (FixedPadding > 0)
        {
            json["padding"] = JsonNode.Parse($$"""{ "strategy": { "Fixed": {{FixedPadding}} }, "direction": "Right", "pad_to_multiple_of": null, "pad_id": 5, "pad_type_id": 0, "pad_token": "%" }""");
        }

        if (Truncation > 0)
        {
            json["truncation"] = JsonNode.Parse($$"""{ "direction": "Right", "max_length": {{Truncation}}, "strategy": "LongestFirst", "stride": 0 }""");
        }

        if (SpecialTokens)
        {
            json["post_processor"] = JsonNode.Parse($$"""
                { "type": "TemplateProcessing", "single": [{ "SpecialToken": { "id": "<|begin|>", "type_id": 0 } }, { "Sequence": { "id": "A", "type_id": 0 } }, { "SpecialToken": { "id": "<|end|>", "type_id": 0 } }],
                  "pair": [{ "Sequence": { "id": "A", "type_id": 0 } }, { "Sequence": { "id": "B", "type_id": 1 } }],
                  "special_tokens": { "<|begin|>": { "id": "<|begin|>", "ids": [{{SmallTokenizer.Begin}}], "tokens": ["<|begin|>"] }, "<|end|>": { "id": "<|end|>", "ids": [{{SmallTokenizer.End}}], "tokens": ["<|end|>"] } } }
                """);
        }

        return json.ToJsonString();
    }

    private static ModelProto Graph()
    {
        const int Width = Dimensions - 1;
        var graph = new OnnxGraphBuilder("averages");
        graph.Input("input_ids", OnnxElementType.Int64, "batch", "sequence");
        graph.Input("attention_mask", OnnxElementType.Int64, "batch", "sequence");
        float[] rows = [.. Enumerable.Range(0, SmallTokenizer.Vocabulary * Width).Select(i => Row(i / Width, i % Width))];
        graph.Initializer<float>("table", [SmallTokenizer.Vocabulary, Width], rows);
        graph.Initializer<long>("one", [1], [1]);
        graph.Initializer<float>("zero", [], [0]);
        graph.Node("Cast", ["attention_mask"], "mask", ("to", (int)OnnxElementType.Float32));
        graph.Node("Unsqueeze", ["mask", "one"], "row");
        graph.Node("MatMul", ["row", graph.Node("Gather", ["table", "input_ids"], "states")], "sums");
        graph.Node("ReduceSum", ["mask", "one"], "counts", ("keepdims", 1));
        graph.Node("Div", [graph.Node("Squeeze", ["sums", "one"], "sum"), "counts"], "mean");
        graph.Node("Cast", [graph.Node("Shape", ["input_ids"], "length", ("start", 1), ("end", 2))], "length_float", ("to", (int)OnnxElementType.Float32));
        graph.Node("Add", [graph.Node("Mul", ["counts", "zero"], "zeros"), "length_float"], "lengths");
        graph.Node("Concat", ["mean", "lengths"], "sentence_embedding", ("axis", -1));
        graph.Output("sentence_embedding", OnnxElementType.Float32, "batch", Dimensions);
        return graph.Build();
    }
}
