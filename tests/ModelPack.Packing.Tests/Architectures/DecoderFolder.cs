using System.Runtime.InteropServices;
using ModelPack.Formats.Onnx;
using ModelPack.Formats.Safetensors;
using ModelPack.Packing.Architectures;
using ModelPack.Quantization;
using ModelPack.Quantization.CodeBooks;

namespace ModelPack.Packing.Tests.Architectures;

/// <summary>A temporary folder with model.onnx and model.onnx.data, written from a checkpoint; where weights are quantized, by the plainest method of their grid.</summary>
internal sealed class DecoderFolder : IDisposable
{
    private readonly Dictionary<string, QuantizedMatrix> _matrices = [];

    private readonly Func<DecoderWeight, WeightStorage> _storage;
    private readonly Func<DecoderWeight, float[]> _values;

    private DecoderFolder(Func<DecoderWeight, WeightStorage> storage, Func<DecoderWeight, float[]> values)
    {
        _storage = storage;
        _values = values;
        Directory.CreateDirectory(FullPath);
    }

    public string FullPath { get; } = Path.Combine(Path.GetTempPath(), $"modelpack-{Guid.NewGuid():N}");

    public string Model => Path.Combine(FullPath, "model.onnx");

    /// <summary>The quantized matrices by weight name.</summary>
    public IReadOnlyDictionary<string, QuantizedMatrix> Matrices => _matrices;

    /// <summary>Offset and length of each external initializer in the data file.</summary>
    public IReadOnlyDictionary<string, (long Offset, long Length)> Places { get; private set; } = null!;

    /// <summary>Writes a graph with the weights of a checkpoint; without <paramref name="storage"/> every weight keeps its precision.</summary>
    public static DecoderFolder Write(SafetensorsCheckpoint checkpoint, DecoderArchitecture architecture, DecoderGraphOptions options, Func<DecoderWeight, WeightStorage>? storage = null) =>
        Write(weight => Read(checkpoint, weight), architecture, options, storage ?? (weight => WeightStorage.Lossless(weight.SourceType)));

    /// <summary>Writes a graph with any weights.</summary>
    public static DecoderFolder Write(Func<DecoderWeight, float[]> values, DecoderArchitecture architecture, DecoderGraphOptions options, Func<DecoderWeight, WeightStorage> storage)
    {
        var folder = new DecoderFolder(storage, values);
        folder.Write(DecoderGraph.Build(architecture, options, storage));
        return folder;
    }

    /// <summary>Values that the folder was written from.</summary>
    public float[] ValuesOf(DecoderWeight weight) => _values(weight);

    public void Dispose() => Directory.Delete(FullPath, true);

    private void Write(DecoderGraphModel graph)
    {
        Dictionary<string, GraphTensor> tensors = graph.Tensors.ToDictionary(t => t.InitializerName);
        ExternalLayout layout = ExternalLayout.Assign(graph.Model, "model.onnx.data", name => tensors[name].SameBytesAs);
        Places = graph.Model.Graph.Initializer.Where(i => i.ExternalData.Count > 0).ToDictionary(
            i => i.Name,
            i => (long.Parse(i.ExternalData.Single(e => e.Key == "offset").Value), long.Parse(i.ExternalData.Single(e => e.Key == "length").Value)));
        using FileStream data = File.Create(Path.Combine(FullPath, layout.Location));
        foreach (ExternalPlacement placement in layout.Placements)
        {
            data.Position = placement.Offset;
            GraphTensor tensor = tensors[placement.Name];
            foreach (GraphTensorPart part in tensor.Parts)
            {
                byte[] bytes = Bytes(part, tensor.Type);
                Assert.Equal(part.ByteLength, bytes.Length);
                data.Write(bytes);
            }
        }

        OnnxFile.Write(Model, graph.Model);
    }

    private byte[] Bytes(GraphTensorPart part, OnnxElementType type) => part.Kind switch
    {
        PartKind.Values => Values(_values(part.Weight!), type),
        PartKind.Codes => Matrix(part.Weight!).Codes,
        PartKind.Scales => MemoryMarshal.AsBytes<Half>(Matrix(part.Weight!).Scales).ToArray(),
        PartKind.ZeroPoints => Matrix(part.Weight!).ZeroPoints,
        _ => part.Constant!(),
    };

    private static byte[] Values(float[] values, OnnxElementType type) => type switch
    {
        OnnxElementType.Float32 => MemoryMarshal.AsBytes<float>(values).ToArray(),
        OnnxElementType.Float16 => MemoryMarshal.AsBytes<Half>(Array.ConvertAll(values, v => (Half)v)).ToArray(),
        OnnxElementType.BFloat16 => MemoryMarshal.AsBytes<ushort>(Array.ConvertAll(values, v => (ushort)(BitConverter.SingleToUInt32Bits(v) >> 16))).ToArray(),
        _ => throw new NotSupportedException(type.ToString()),
    };

    public static float[] Read(SafetensorsCheckpoint checkpoint, DecoderWeight weight)
    {
        var values = new float[weight.ElementCount];
        DecoderWeightReader.ReadRows(checkpoint, weight, 0, values);
        return values;
    }

    private QuantizedMatrix Matrix(DecoderWeight weight)
    {
        if (_matrices.TryGetValue(weight.Name, out QuantizedMatrix? matrix))
        {
            return matrix;
        }

        QuantizationScheme scheme = ((WeightStorage.Quantized)_storage(weight)).Scheme;
        return _matrices[weight.Name] = Quantize(_values(weight), weight, scheme);
    }

    private static QuantizedMatrix Quantize(float[] values, DecoderWeight weight, QuantizationScheme scheme)
    {
        if (scheme.Grid == CodeGrid.Offsets)
        {
            return HalfQuadratic.Quantize(values, weight.Columns, scheme, threads: 1);
        }

        var codes = new byte[weight.Rows * scheme.CodeBytesPerRow(weight.Columns)];
        var scales = new Half[weight.Rows * scheme.GroupsPerRow(weight.Columns)];
        var zeroPoints = new byte[weight.Rows * scheme.ZeroPointBytesPerRow(weight.Columns)];
        if (scheme.IsFloat)
        {
            CodeBookQuantizer.QuantizeRows(values, weight.Columns, scheme, codes, scales);
        }
        else
        {
            RoundToNearest.QuantizeRows(values, weight.Columns, scheme, [], codes, scales, zeroPoints);
        }

        return new QuantizedMatrix(scheme, weight.Rows, weight.Columns, codes, scales, zeroPoints);
    }
}
