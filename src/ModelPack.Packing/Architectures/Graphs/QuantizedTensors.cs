using ModelPack.Formats.Onnx;
using ModelPack.Quantization;

namespace ModelPack.Packing.Architectures.Graphs;

/// <summary>The initializers of one quantized matrix, or of several of equal scheme and width whose rows are joined.</summary>
internal sealed class QuantizedTensors
{
    private readonly DecoderWeight[] _weights;
    private readonly QuantizationScheme _scheme;
    private readonly string _name;
    private readonly int _columns;

    public QuantizedTensors(string name, QuantizationScheme scheme, ReadOnlySpan<DecoderWeight> weights)
    {
        _name = name;
        _scheme = scheme;
        _weights = weights.ToArray();
        _columns = weights[0].Columns;
        Rows = _weights.Sum(weight => weight.Rows);
    }

    public int Rows { get; }

    /// <summary>Codes as MatMulNBits takes them: [rows, groups, bytes a group]; as MatMulBnb4 does: one vector.</summary>
    public GraphTensor Codes => Tensor("codes", PartKind.Codes, OnnxElementType.UInt8, CodeBytes, CodeDims(_scheme, Rows, _columns));

    /// <summary>Codes as GatherBlockQuantized takes them: [rows, bytes a row].</summary>
    public GraphTensor CodeRows => Tensor("code_rows", PartKind.Codes, OnnxElementType.UInt8, CodeBytes, Rows, CodeBytes);

    /// <summary>Scales [rows, groups], or one vector for MatMulBnb4.</summary>
    public GraphTensor Scales => Tensor("scales", PartKind.Scales, _scheme.ScaleType.ToElementType(), _scheme.ScaleBytesPerRow(_columns), ScaleDims(_scheme, Rows, _columns));

    /// <summary>Packed zero points [rows, bytes a row], or offsets or minimums [rows, groups]; null when there are none.</summary>
    public GraphTensor? ZeroPoints => _scheme.Grid switch
    {
        CodeGrid.ZeroPoints => Tensor("zero_points", PartKind.ZeroPoints, OnnxElementType.UInt8, ZeroPointBytes, Rows, ZeroPointBytes),
        CodeGrid.Offsets => Tensor("offsets", PartKind.ZeroPoints, _scheme.ScaleType.ToElementType(), ZeroPointBytes, Rows, _scheme.GroupsPerRow(_columns)),
        CodeGrid.Minimums => Tensor("minimums", PartKind.ZeroPoints, _scheme.ScaleType.ToElementType(), ZeroPointBytes, Rows, _scheme.GroupsPerRow(_columns)),
        _ => null,
    };

    private int ZeroPointBytes => _scheme.ZeroPointBytesPerRow(_columns);

    private int CodeBytes => _scheme.CodeBytesPerRow(_columns);

    /// <summary>Shape of the codes of a matrix.</summary>
    public static long[] CodeDims(QuantizationScheme scheme, int rows, int columns) =>
        scheme.IsFloat ? [(long)rows * scheme.CodeBytesPerRow(columns)] : [rows, scheme.GroupsPerRow(columns), scheme.GroupSize * scheme.Bits / 8];

    /// <summary>Shape of the scales of a matrix.</summary>
    public static long[] ScaleDims(QuantizationScheme scheme, int rows, int columns) =>
        scheme.IsFloat ? [(long)rows * scheme.GroupsPerRow(columns)] : [rows, scheme.GroupsPerRow(columns)];

    private GraphTensor Tensor(string suffix, PartKind kind, OnnxElementType type, long bytesPerRow, params long[] dims) =>
        new($"{_name}.{suffix}", type, dims, [.. _weights.Select(weight => new GraphTensorPart(weight, kind, weight.Rows * bytesPerRow))]);
}
