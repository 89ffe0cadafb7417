using ModelPack.Formats.Onnx;
using ModelPack.Packing.Architectures.Rope;

namespace ModelPack.Packing.Architectures.Graphs;

/// <summary>
/// Rotary embedding: inside GroupQueryAttention where that operator can do it, else as operators of its own. Cosines and
/// sines come from a table. They are computed for the positions at hand where frequencies depend on the length of the
/// sequence, or where the table would be too large for its worth.
/// </summary>
internal sealed class RotaryBlock
{
    // 131072 positions of 64 pairs; the models that go beyond would carry up to a gigabyte of cosines and sines.
    private const long LargestTable = 1 << 23;

    private readonly GraphScope _scope;
    private readonly SequenceBlock _sequence;
    private readonly RopeParameters _rope;
    private readonly string _suffix;
    private readonly string _rows = string.Empty;

    /// <summary>Adds the tables of one rope.</summary>
    /// <param name="scope">The graph.</param>
    /// <param name="sequence">Positions.</param>
    /// <param name="rope">The rope.</param>
    /// <param name="suffix">Tells the names of one rope of a decoder from those of another.</param>
    public RotaryBlock(GraphScope scope, SequenceBlock sequence, RopeParameters rope, string suffix)
    {
        _scope = scope;
        _sequence = sequence;
        _rope = rope;
        _suffix = suffix;
        bool computed = _rope.Dynamic is not null || _rope.Long is not null || (long)scope.Architecture.ContextLength * _rope.InverseFrequencies.Length > LargestTable;
        CanBeInsideAttention = !computed && scope.Architecture.HeadSize % 16 == 0 && _rope.Dimension % 16 == 0;
        if (computed)
        {
            (Cosines, Sines, _rows) = Computed(sequence);
        }
        else
        {
            Cosines = Table("cos_cache", RopeCache.Cosines);
            Sines = Table("sin_cache", RopeCache.Sines);
        }
    }

    /// <summary>True when GroupQueryAttention can rotate; it wants heads and rotated parts of a multiple of 16.</summary>
    public bool CanBeInsideAttention { get; }

    /// <summary>True when neighbours are pairs.</summary>
    public bool Interleaved => _rope.Interleaved;

    /// <summary>Cosines [positions, pairs].</summary>
    public string Cosines { get; }

    /// <summary>Sines [positions, pairs].</summary>
    public string Sines { get; }

    private string Path => $"/rotary{_suffix}";

    /// <summary>Adds the rotation of x [batch, sequence, heads * head size].</summary>
    public string Rotate(string x, int heads, string output) => _scope.Graph.Node(
        "com.microsoft.RotaryEmbedding",
        [x, _rows.Length > 0 ? _rows : _sequence.Positions(), Cosines, Sines],
        output,
        ("interleaved", _rope.Interleaved ? 1 : 0),
        ("num_heads", heads),
        ("rotary_embedding_dim", _rope.Dimension == _scope.Architecture.HeadSize ? 0 : _rope.Dimension));

    private string Table(string name, Func<RopeParameters, int, float[]> compute)
    {
        int positions = _scope.Architecture.ContextLength;
        OnnxElementType type = _scope.ActivationType;
        long[] dims = [positions, _rope.Dimension / 2];
        RopeParameters rope = _rope;
        var part = new GraphTensorPart(
            null, PartKind.Constant, type.ByteLength(dims[0] * dims[1]), () => RopeCache.ToBytes(compute(rope, positions), type == OnnxElementType.Float16));
        return _scope.Declare(new GraphTensor($"{name}{_suffix}", type, dims, [part]));
    }

    /// <summary>One row of cosines and sines for each token of the batch, and the numbers of those rows as positions.</summary>
    private (string Cosines, string Sines, string Rows) Computed(SequenceBlock sequence)
    {
        string frequencies = Float("frequencies", [_rope.InverseFrequencies.Length], _rope.InverseFrequencies);
        string factor = _rope.AttentionFactor == 1 && _rope.Long is null ? string.Empty : Float("attention_factor", [], _rope.AttentionFactor);
        if (_rope.Dynamic is DynamicFrequencies dynamic)
        {
            frequencies = Node("Mul", [frequencies, Shrinkage(dynamic, sequence)], "scaled_frequencies");
        }

        if (_rope.Long is LongFrequencies longer)
        {
            string isLong = Node("Greater", [sequence.LongestRow(), Float("threshold", [], longer.Threshold)], "is_long");
            frequencies = Node("Where", [isLong, Float("long_frequencies", [longer.InverseFrequencies.Length], longer.InverseFrequencies), frequencies], "chosen_frequencies");
            factor = Node("Where", [isLong, Float("long_attention_factor", [], longer.AttentionFactor), factor], "chosen_attention_factor");
        }

        string positions = sequence.Positions();
        string column = Node("Cast", [Node("Reshape", [positions, _scope.Vector(-1, 1)], "column_int64")], "column", ("to", (int)OnnxElementType.Float32));
        string angles = Node("Mul", [column, frequencies], "angles");
        string count = Node("Size", [positions], "count");
        string rows = Node("Reshape", [Node("Range", [_scope.Scalar(0), count, _scope.Scalar(1)], "rows_flat"), Node("Shape", [positions], "positions_shape")], "rows");
        return (Scaled("Cos", angles, factor), Scaled("Sin", angles, factor), rows);
    }

    private string Shrinkage(DynamicFrequencies dynamic, SequenceBlock sequence)
    {
        string scaled = Node("Mul", [sequence.LongestRow(), Float("slope", [], dynamic.Slope)], "scaled");
        string growth = Node("Max", [Node("Add", [scaled, Float("offset", [], dynamic.Offset)], "shifted"), Float("one", [], 1)], "growth");
        return Node("Pow", [growth, Float("exponents", [dynamic.Exponents.Length], dynamic.Exponents)], "shrinkage");
    }

    private string Scaled(string function, string angles, string factor)
    {
        string value = Node(function, [angles], function);
        return _scope.ToActivation(factor.Length == 0 ? value : Node("Mul", [value, factor], $"{function}_scaled"), OnnxElementType.Float32);
    }

    private string Float(string name, ReadOnlySpan<long> dims, params ReadOnlySpan<float> values) => _scope.Graph.Initializer($"{Path}/constants/{name}", dims, values);

    private string Node(string op, ReadOnlySpan<string> inputs, string name, params ReadOnlySpan<(string Name, OnnxAttributeValue Value)> attributes) =>
        _scope.Graph.Node(op, inputs, $"{Path}/{name}", attributes);
}
