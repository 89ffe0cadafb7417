using ModelPack.Formats.Onnx;

namespace ModelPack.Packing.Architectures.Graphs;

/// <summary>
/// What the attention mask says, computed once for all layers. GroupQueryAttention wants each row's real tokens first, so
/// rows that are padded on the left are rotated when they enter the graph and rotated back when they leave it; rows without
/// padding, or with padding on the right, stay as they are. Padding is possible in the first pass only.
/// </summary>
internal sealed class SequenceBlock
{
    private const string Path = "/sequence";
    private readonly GraphScope _scope;
    private readonly string _indices;
    private readonly string _leadingPadding;
    private readonly string _minusReal;
    private readonly string _realTokens;
    private readonly string _here;

    /// <summary>Adds the nodes.</summary>
    /// <param name="scope">The graph.</param>
    /// <param name="input">Graph input whose axis 1 is the sequence.</param>
    public SequenceBlock(GraphScope scope, string input)
    {
        _scope = scope;
        string mask = scope.Graph.Input(DecoderGraph.AttentionMask, OnnxElementType.Int64, "batch_size", "total_sequence_length");
        _realTokens = Node("ReduceSum", [mask, scope.Vector(1)], "real_tokens", ("keepdims", 0));
        PastAndHere = Node("Cast", [Node("Sub", [_realTokens, scope.Scalar(1)], "last_token")], "seqlens_k", ("to", (int)OnnxElementType.Int32));
        Total = Node("Cast", [Node("Shape", [mask], "mask_length", ("start", 1), ("end", 2))], "total_sequence_length", ("to", (int)OnnxElementType.Int32));

        Length = Node("Shape", [input], "length", ("start", 1), ("end", 2));
        _here = Node("Slice", [mask, Node("Neg", [Length], "from_end"), scope.Vector(long.MaxValue), scope.Vector(1)], "mask_here");

        // CUDA finds the largest of floating-point numbers only.
        string searched = scope.Options.Target == TargetProvider.Cuda ? Node("Cast", [_here], "mask_here_float", ("to", (int)OnnxElementType.Float32)) : _here;
        _leadingPadding = Node("ArgMax", [searched], "leading_padding", ("axis", 1), ("keepdims", 1));
        _minusReal = Node("Sub", [_leadingPadding, Length], "minus_real");
        _indices = Node("Range", [scope.Scalar(0), Node("Squeeze", [Length], "length_scalar"), scope.Scalar(1)], "indices");
    }

    /// <summary>seqlens_k of GroupQueryAttention: int32 [batch], index of each row's last real token.</summary>
    public string PastAndHere { get; }

    /// <summary>total_sequence_length of GroupQueryAttention: int32 [1], columns of the mask.</summary>
    public string Total { get; }

    /// <summary>int64 [1], tokens of this pass.</summary>
    public string Length { get; }

    /// <summary>Rows [batch, sequence, ...] with their real tokens first: index i + padding, less the length, since negative indices count from the end.</summary>
    public string RealTokensFirst(string value, string output) => Pick(value, Node("Add", [_indices, _minusReal], "real_tokens_first"), output);

    /// <summary>The reverse of <see cref="RealTokensFirst"/>: index i - padding.</summary>
    public string AsInMask(string value, string output) => Pick(value, Node("Sub", [_indices, _leadingPadding], "as_in_mask"), output);

    /// <summary>Positions int64 [batch, sequence] that count real tokens only, in the order of <see cref="RealTokensFirst"/>.</summary>
    public string Positions()
    {
        const string Name = "position_ids";
        if (_scope.Graph.Contains($"{Path}/{Name}"))
        {
            return $"{Path}/{Name}";
        }

        string past = Node("Unsqueeze", [Node("Sub", [_realTokens, RealTokensHere()], "past"), _scope.Vector(1)], "past_column");
        return Node("Add", [past, _indices], Name);
    }

    /// <summary>
    /// The last rows of each sequence of a value [batch, rows + sequence, ...] that has some rows of the past in front, in the order of
    /// <see cref="RealTokensFirst"/>: behind its last real token follow rows of padding.
    /// </summary>
    /// <param name="value">The value.</param>
    /// <param name="rows">Rows of the past, and rows to take.</param>
    /// <param name="output">Name of the result [batch, rows, ...].</param>
    public string LastRows(string value, int rows, string output)
    {
        string name = $"last_{rows}_rows";
        if (!_scope.Graph.Contains($"{Path}/{name}"))
        {
            long[] offsets = [.. Enumerable.Range(0, rows).Select(row => (long)row)];
            string first = Node("Unsqueeze", [RealTokensHere(), _scope.Vector(1)], $"{name}_first");
            Node("Unsqueeze", [Node("Add", [first, _scope.Vector(offsets)], $"{name}_index"), _scope.Vector(-1)], name);
        }

        return _scope.Graph.Node("GatherND", [value, $"{Path}/{name}"], output, ("batch_dims", 1));
    }

    /// <summary>Positions int64 [1, sequence] of ids that begin a sequence without padding.</summary>
    public static string FirstPositions(GraphScope scope, string ids)
    {
        string length = scope.Graph.Node("Squeeze", [scope.Graph.Node("Shape", [ids], $"{Path}/ids_length", ("start", 1), ("end", 2))], $"{Path}/ids_length_scalar");
        string row = scope.Graph.Node("Range", [scope.Scalar(0), length, scope.Scalar(1)], $"{Path}/first_positions_row");
        return scope.Graph.Node("Unsqueeze", [row, scope.Vector(0)], $"{Path}/first_positions");
    }

    /// <summary>float32 scalar: real tokens of the longest row.</summary>
    public string LongestRow() => _scope.Graph.Contains($"{Path}/longest_row") ? $"{Path}/longest_row" : Node("Cast", [Node("ReduceMax", [_realTokens], "longest_row_int64", ("keepdims", 0))], "longest_row", ("to", (int)OnnxElementType.Float32));

    private string RealTokensHere() => _scope.Graph.Contains($"{Path}/real_tokens_here") ? $"{Path}/real_tokens_here" : Node("ReduceSum", [_here, _scope.Vector(1)], "real_tokens_here", ("keepdims", 0));

    private string Pick(string value, string index, string output) =>
        _scope.Graph.Node("GatherND", [value, Node("Unsqueeze", [index, _scope.Vector(-1)], $"{index[Path.Length..].TrimStart('/')}_column")], output, ("batch_dims", 1));

    private string Node(string op, ReadOnlySpan<string> inputs, string name, params ReadOnlySpan<(string Name, OnnxAttributeValue Value)> attributes) =>
        _scope.Graph.Node(op, inputs, $"{Path}/{name}", attributes);
}
