using System.Buffers;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using ModelPack.Formats.Onnx;
using ModelPack.Formats.Onnx.Protobuf;
using ModelPack.Packing.Architectures;
using ModelPack.Packing.Quantizing;
using ModelPack.Packing.Writing;

namespace ModelPack.Packing.Verification;

/// <summary>Gives the initializers of a float stage their values from memory, weight by weight.</summary>
internal static class StageWeights
{
    // ONNX Runtime asks for an existing location even when the session supplies the tensor; the folder itself is one.
    private const string AnyLocation = ".";

    // Values read at a time.
    private const int ChunkFloats = 1 << 20;

    /// <summary>Adds the initializers of a graph to a session.</summary>
    /// <param name="graph">A graph whose weights are all stored as floats.</param>
    /// <param name="rows">Gives the values of a weight.</param>
    /// <param name="options">Gets the initializers.</param>
    /// <returns>The values; they must outlive the session, then be disposed.</returns>
    public static IReadOnlyList<NativeTensor> Add(DecoderGraphModel graph, Func<DecoderWeight, IWeightRows> rows, SessionOptions options)
    {
        var added = new List<NativeTensor>();
        Dictionary<string, TensorProto> initializers = graph.Model.Graph.Initializer.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
        foreach (GraphTensor tensor in graph.Tensors)
        {
            TensorProto proto = initializers[tensor.InitializerName];
            proto.ExternalData.Clear();
            proto.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = AnyLocation });
            var value = new NativeTensor((TensorElementType)(int)tensor.Type, [.. tensor.Dims], tensor.ByteLength);
            added.Add(value);
            Fill(tensor, rows, value);
            options.AddInitializer(tensor.InitializerName, value.Value);
        }

        return added;
    }

    private static void Fill(GraphTensor tensor, Func<DecoderWeight, IWeightRows> rows, NativeTensor value)
    {
        long offset = 0;
        foreach (GraphTensorPart part in tensor.Parts)
        {
            if (part.Weight is { } weight)
            {
                Fill(rows(weight), tensor.Type, value, offset);
            }
            else
            {
                part.Constant!().CopyTo(value.Slice(offset, checked((int)part.ByteLength)));
            }

            offset += part.ByteLength;
        }
    }

    private static void Fill(IWeightRows source, OnnxElementType type, NativeTensor value, long offset)
    {
        int step = Math.Max(1, ChunkFloats / source.Columns);
        float[] chunk = ArrayPool<float>.Shared.Rent(step * source.Columns);
        for (int first = 0; first < source.Rows; first += step)
        {
            Span<float> values = chunk.AsSpan(0, Math.Min(step, source.Rows - first) * source.Columns);
            source.Read(first, values.Length / source.Columns, values);
            int bytes = checked((int)type.ByteLength(values.Length));
            FloatEncoding.Write(source.Name, source.File, values, type, value.Slice(offset, bytes));
            offset += bytes;
        }

        ArrayPool<float>.Shared.Return(chunk);
        source.Release();
    }
}
