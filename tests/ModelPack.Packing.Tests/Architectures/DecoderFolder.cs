using System.Runtime.InteropServices;
using ModelPack.Formats.Onnx;
using ModelPack.Formats.Safetensors;
using ModelPack.Packing.Architectures;
using ModelPack.Quantization;

namespace ModelPack.Packing.Tests.Architectures;

/// <summary>A temporary folder with model.onnx and model.onnx.data, written from a checkpoint; round-to-nearest where weights are quantized.</summary>
internal sealed class DecoderFolder : IDisposable
{
    private readonly Dictionary<string, QuantizedMatrix> _matrices = [];

    private readonly Func<DecoderWeight, WeightStorage> _storage;

    private DecoderFolder(Func<DecoderWeight, WeightStorage> storage)
    {
        _storage = storage;
        Directory.CreateDirectory(FullPath);
    }

    public string FullPath { get; } = Path.Combine(Path.GetTempPath(), $"modelpack-{Guid.NewGuid():N}");

    public string Model => Path.Combine(FullPath, "model.onnx");

    /// <summary>The quantized matrices by weight name.</summary>
    public IReadOnlyDictionary<string, QuantizedMatrix> Matrices => _matrices;

    public static DecoderFolder Write(SafetensorsCheckpoint checkpoint, DecoderArchitecture architecture, DecoderGraphOptions options, Func<DecoderWeight, WeightStorage>? storage = null)
    {
        var folder = new DecoderFolder(storage ?? (weight => WeightStorage.Lossless(weight.SourceType)));
        folder.Write(checkpoint, DecoderGraph.Build(architecture, options, folder._storage));
        return folder;
    }

    public void Dispose() => Directory.Delete(FullPath, true);

    private void Write(SafetensorsCheckpoint checkpoint, DecoderGraphModel graph)
    {
        Dictionary<string, GraphTensor> tensors = graph.Tensors.ToDictionary(t => t.InitializerName);
        ExternalLayout layout = ExternalLayout.Assign(graph.Model, "model.onnx.data", name => tensors[name].SameBytesAs);
        using FileStream data = File.Create(Path.Combine(FullPath, layout.Location));
        foreach (ExternalPlacement placement in layout.Placements)
        {
            data.Position = placement.Offset;
            GraphTensor tensor = tensors[placement.Name];
            foreach (GraphTensorPart part in tensor.Parts)
            {
                byte[] bytes = Bytes(checkpoint, part, tensor.Type);
                Assert.Equal(part.ByteLength, bytes.Length);
                data.Write(bytes);
            }
        }

        OnnxFile.Write(Model, graph.Model);
    }

    private byte[] Bytes(SafetensorsCheckpoint checkpoint, GraphTensorPart part, OnnxElementType type) => part.Kind switch
    {
        PartKind.Values => Values(checkpoint, part.Weight!, type),
        PartKind.Codes => Matrix(checkpoint, part).Codes,
        PartKind.Scales => MemoryMarshal.AsBytes<Half>(Matrix(checkpoint, part).Scales).ToArray(),
        PartKind.ZeroPoints => Matrix(checkpoint, part).ZeroPoints,
        _ => part.Constant!(),
    };

    private static byte[] Values(SafetensorsCheckpoint checkpoint, DecoderWeight weight, OnnxElementType type)
    {
        float[] values = Read(checkpoint, weight);
        return type switch
        {
            OnnxElementType.Float32 => MemoryMarshal.AsBytes<float>(values).ToArray(),
            OnnxElementType.Float16 => MemoryMarshal.AsBytes<Half>(Array.ConvertAll(values, v => (Half)v)).ToArray(),
            OnnxElementType.BFloat16 => MemoryMarshal.AsBytes<ushort>(Array.ConvertAll(values, v => (ushort)(BitConverter.SingleToUInt32Bits(v) >> 16))).ToArray(),
            _ => throw new NotSupportedException(type.ToString()),
        };
    }

    public static float[] Read(SafetensorsCheckpoint checkpoint, DecoderWeight weight)
    {
        var values = new float[weight.ElementCount];
        DecoderWeightReader.ReadRows(checkpoint, weight, 0, values);
        return values;
    }

    private QuantizedMatrix Matrix(SafetensorsCheckpoint checkpoint, GraphTensorPart part)
    {
        DecoderWeight weight = part.Weight!;
        if (_matrices.TryGetValue(weight.Name, out QuantizedMatrix? matrix))
        {
            return matrix;
        }

        QuantizationScheme scheme = ((WeightStorage.Quantized)_storage(weight)).Scheme;
        var codes = new byte[weight.Rows * scheme.CodeBytesPerRow(weight.Columns)];
        var scales = new Half[weight.Rows * scheme.GroupsPerRow(weight.Columns)];
        var zeroPoints = new byte[weight.Rows * scheme.ZeroPointBytesPerRow(weight.Columns)];
        RoundToNearest.QuantizeRows(Read(checkpoint, weight), weight.Columns, scheme, [], codes, scales, zeroPoints);
        return _matrices[weight.Name] = new QuantizedMatrix(scheme, weight.Rows, weight.Columns, codes, scales, zeroPoints);
    }
}
