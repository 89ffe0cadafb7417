using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using ModelPack.Formats.Onnx.Protobuf;
using ModelPack.Packing.Architectures;
using ModelPack.Packing.Quantizing;

namespace ModelPack.Packing.Stages;

/// <summary>Gives the initializers of a float32 stage their values from memory, weight by weight.</summary>
internal static class StageWeights
{
    // ONNX Runtime asks for an existing location even when the session supplies the tensor; the folder itself is one.
    private const string AnyLocation = ".";

    // Values read at a time.
    private const int ChunkFloats = 1 << 20;

    /// <summary>Adds the initializers of a graph to a session.</summary>
    /// <param name="graph">A graph whose weights are all stored as float32.</param>
    /// <param name="rows">Gives the values of a weight.</param>
    /// <param name="options">Gets the initializers.</param>
    /// <param name="threads">Cores to read with.</param>
    /// <returns>The values; they must outlive the session, then be disposed.</returns>
    public static IReadOnlyList<NativeTensor> Add(DecoderGraphModel graph, Func<DecoderWeight, IWeightRows> rows, SessionOptions options, int threads)
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
            Fill(tensor, rows, value, threads);
            options.AddInitializer(tensor.InitializerName, value.Value);
        }

        return added;
    }

    /// <summary>Frees the values, once their session is gone.</summary>
    public static void Release(IReadOnlyList<NativeTensor> weights)
    {
        foreach (NativeTensor weight in weights)
        {
            weight.Dispose();
        }
    }

    private static void Fill(GraphTensor tensor, Func<DecoderWeight, IWeightRows> rows, NativeTensor value, int threads)
    {
        long offset = 0;
        foreach (GraphTensorPart part in tensor.Parts)
        {
            if (part.Weight is { } weight)
            {
                Fill(rows(weight), value, offset, threads);
            }
            else
            {
                part.Constant!().CopyTo(value.Slice(offset, checked((int)part.ByteLength)));
            }

            offset += part.ByteLength;
        }
    }

    private static void Fill(IWeightRows source, NativeTensor value, long offset, int threads)
    {
        int step = Math.Max(1, ChunkFloats / source.Columns);
        RowBlocks.Run((source.Rows + step - 1) / step, new ParallelOptions { MaxDegreeOfParallelism = threads }, block =>
        {
            int first = block * step;
            int count = Math.Min(step, source.Rows - first);
            Span<byte> target = value.Slice(offset + ((long)first * source.Columns * sizeof(float)), count * source.Columns * sizeof(float));
            source.Read(first, count, MemoryMarshal.Cast<byte, float>(target));
        });
        source.Release();
    }
}
