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
    private const string Path = "/rotary";

    // 131072 positions of 64 pairs; the models that go beyond would carry up to a gigabyte of cosines and sines.
    private const long LargestTable = 1 << 23;

    private readonly GraphScope _scope;
    private readonly RopeParameters _rope;
    private readonly string _positions = string.Empty;

    public RotaryBlock(GraphScope scope, SequenceBlock sequence)
    {
        _scope = scope;
        _rope = scope.Architecture.Rope;
        bool computed = _rope.Dynamic is not null || (long)scope.Architecture.ContextLength * _rope.InverseFrequencies.Length > LargestTable;
        IsInsideAttention = !computed && scope.Architecture.HeadSize % 16 == 0 && _rope.Dimension % 16 == 0;
        if (computed)
        {
            (Cosines, Sines, _positions) = Computed(sequence);
        }
        else
        {
            Cosines = Table("cos_cache", RopeCache.Cosines);
            Sines = Table("sin_cache", RopeCache.Sines);
            _positions = IsInsideAttention ? string.Empty : sequence.Positions();
        }
    }

    /// <summary>True when GroupQueryAttention rotates; it wants heads and rotated parts of a multiple of 16.</summary>
    public bool IsInsideAttention { get; }

    /// <summary>Cosines [positions, pairs].</summary>
    public string Cosines { get; }

    /// <summary>Sines [positions, pairs].</summary>
    public string Sines { get; }

    /// <summary>Adds the rotation of x [batch, sequence, heads * head size].</summary>
    public string Rotate(string x, int heads, string output) => _scope.Graph.Node(
        "com.microsoft.RotaryEmbedding",
        [x, _positions, Cosines, Sines],
        output,
        ("interleaved", 0),
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
        return _scope.Declare(new GraphTensor(name, type, dims, [part]));
    }

    /// <summary>One row of cosines and sines for each token of the batch, and the numbers of those rows as positions.</summary>
    private (string Cosines, string Sines, string Rows) Computed(SequenceBlock sequence)
    {
        string frequencies = Float("frequencies", [_rope.InverseFrequencies.Length], _rope.InverseFrequencies);
        if (_rope.Dynamic is DynamicFrequencies dynamic)
        {
            frequencies = Node("Mul", [frequencies, Shrinkage(dynamic, sequence)], "scaled_frequencies");
        }

        string positions = sequence.Positions();
        string column = Node("Cast", [Node("Reshape", [positions, _scope.Vector(-1, 1)], "column_int64")], "column", ("to", (int)OnnxElementType.Float32));
        string angles = Node("Mul", [column, frequencies], "angles");
        string count = Node("Size", [positions], "count");
        string rows = Node("Reshape", [Node("Range", [_scope.Scalar(0), count, _scope.Scalar(1)], "rows_flat"), Node("Shape", [positions], "positions_shape")], "rows");
        return (Scaled("Cos", angles), Scaled("Sin", angles), rows);
    }

    private string Shrinkage(DynamicFrequencies dynamic, SequenceBlock sequence)
    {
        string scaled = Node("Mul", [sequence.LongestRow(), Float("slope", [], dynamic.Slope)], "scaled");
        string growth = Node("Max", [Node("Add", [scaled, Float("offset", [], dynamic.Offset)], "shifted"), Float("one", [], 1)], "growth");
        return Node("Pow", [growth, Float("exponents", [dynamic.Exponents.Length], dynamic.Exponents)], "shrinkage");
    }

    private string Scaled(string function, string angles)
    {
        string value = Node(function, [angles], function);
        string scaled = _rope.AttentionFactor == 1 ? value : Node("Mul", [value, Float($"attention_factor_{function}", [], _rope.AttentionFactor)], $"{function}_scaled");
        return _scope.ToActivation(scaled, OnnxElementType.Float32);
    }

    private string Float(string name, ReadOnlySpan<long> dims, params ReadOnlySpan<float> values) => _scope.Graph.Initializer($"{Path}/constants/{name}", dims, values);

    private string Node(string op, ReadOnlySpan<string> inputs, string name, params ReadOnlySpan<(string Name, OnnxAttributeValue Value)> attributes) =>
        _scope.Graph.Node(op, inputs, $"{Path}/{name}", attributes);
}
