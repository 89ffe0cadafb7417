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

    /// <summary>Codes as MatMulNBits takes them: [rows, groups, bytes a group].</summary>
    public GraphTensor Codes => Tensor("codes", PartKind.Codes, OnnxElementType.UInt8, CodeBytes, Rows, _scheme.GroupsPerRow(_columns), _scheme.GroupSize * _scheme.Bits / 8);

    /// <summary>Codes as GatherBlockQuantized takes them: [rows, bytes a row].</summary>
    public GraphTensor CodeRows => Tensor("code_rows", PartKind.Codes, OnnxElementType.UInt8, CodeBytes, Rows, CodeBytes);

    /// <summary>Scales [rows, groups].</summary>
    public GraphTensor Scales => Tensor("scales", PartKind.Scales, OnnxElementType.Float16, 2 * _scheme.GroupsPerRow(_columns), Rows, _scheme.GroupsPerRow(_columns));

    /// <summary>Packed zero points [rows, bytes a row]; null when symmetric.</summary>
    public GraphTensor? ZeroPoints => _scheme.Symmetric
        ? null
        : Tensor("zero_points", PartKind.ZeroPoints, OnnxElementType.UInt8, _scheme.ZeroPointBytesPerRow(_columns), Rows, _scheme.ZeroPointBytesPerRow(_columns));

    private int CodeBytes => _scheme.CodeBytesPerRow(_columns);

    private GraphTensor Tensor(string suffix, PartKind kind, OnnxElementType type, long bytesPerRow, params long[] dims) =>
        new($"{_name}.{suffix}", type, dims, [.. _weights.Select(weight => new GraphTensorPart(weight, kind, weight.Rows * bytesPerRow))]);
}
