using System.Runtime.InteropServices;
using ModelPack.Formats.Onnx;
using ModelPack.Formats.Safetensors;
using ModelPack.Packing.Architectures.Encoders.Graphs;
using ModelPack.Packing.Quantizing;
using ModelPack.Packing.Writing;

namespace ModelPack.Packing.Architectures.Encoders;

/// <summary>Writes an encoder graph with its weights in float32. Holds one weight at a time.</summary>
internal static class EncoderWriter
{
    public const string ModelName = "model.onnx";
    public const string DataName = "model.onnx.data";

    // Values converted at a time.
    private const int ChunkFloats = 1 << 18;

    /// <summary>Writes model.onnx and model.onnx.data into a folder and returns the path of the first.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="graph">The graph; offsets are written into it.</param>
    /// <param name="tensorOf">The tensor that holds a weight.</param>
    /// <param name="cancellation">Looked at between weights.</param>
    /// <exception cref="ModelPackException">MPK1406: a value is NaN or infinite; MPK1101, MPK3060: no space.</exception>
    public static string Write(string folder, EncoderGraphModel graph, Func<DecoderWeight, SafetensorsTensor> tensorOf, CancellationToken cancellation)
    {
        var layout = ExternalLayout.Assign(graph.Model, DataName);
        Dictionary<string, long> offsets = layout.Placements.ToDictionary(place => place.Name, place => place.Offset, StringComparer.Ordinal);
        string file = Path.Combine(folder, ModelName);
        OnnxFile.Write(file, graph.Model);
        using DataFile data = DataFile.Create(Path.Combine(folder, DataName), layout.Length);
        foreach (EncoderTensor tensor in graph.Tensors)
        {
            cancellation.ThrowIfCancellationRequested();
            long offset = offsets[tensor.Name];
            if (tensor.Constant is { } constant)
            {
                data.Write(offset, MemoryMarshal.AsBytes<float>(constant()));
            }
            else if (tensor.Transposed)
            {
                WriteTransposed(data, offset, tensor, tensorOf);
            }
            else
            {
                WriteRows(data, offset, tensor, tensorOf);
            }
        }

        return file;
    }

    private static void WriteRows(DataFile data, long offset, EncoderTensor tensor, Func<DecoderWeight, SafetensorsTensor> tensorOf)
    {
        foreach (DecoderWeight weight in tensor.Weights)
        {
            int step = Math.Max(1, ChunkFloats / weight.Columns);
            for (int row = 0; row < weight.Rows; row += step)
            {
                float[] values = Read(weight, tensorOf(weight), row, Math.Min(step, weight.Rows - row));
                data.Write(offset, MemoryMarshal.AsBytes<float>(values));
                offset += (long)values.Length * sizeof(float);
            }
        }
    }

    private static void WriteTransposed(DataFile data, long offset, EncoderTensor tensor, Func<DecoderWeight, SafetensorsTensor> tensorOf)
    {
        float[][] matrices = [.. tensor.Weights.Select(weight => Read(weight, tensorOf(weight), 0, weight.Rows))];
        int inputs = tensor.Weights[0].Columns;
        int outputs = (int)tensor.Dims[1];
        int step = Math.Max(1, ChunkFloats / outputs);
        var chunk = new float[Math.Min(step, inputs) * outputs];
        for (int first = 0; first < inputs; first += step)
        {
            int count = Math.Min(step, inputs - first);
            int column = 0;
            for (int i = 0; i < matrices.Length; i++)
            {
                Transpose(matrices[i], inputs, first, count, chunk, outputs, column);
                column += tensor.Weights[i].Rows;
            }

            data.Write(offset, MemoryMarshal.AsBytes(chunk.AsSpan(0, count * outputs)));
            offset += (long)count * outputs * sizeof(float);
        }
    }

    /// <summary>Columns [first, first + count) of a matrix [rows, columns] as rows of another, from one of its columns on.</summary>
    private static void Transpose(float[] matrix, int columns, int first, int count, float[] target, int width, int column)
    {
        for (int row = 0; row < matrix.Length / columns; row++)
        {
            ReadOnlySpan<float> values = matrix.AsSpan((row * columns) + first, count);
            for (int i = 0; i < count; i++)
            {
                target[(i * width) + column + row] = values[i];
            }
        }
    }

    private static float[] Read(DecoderWeight weight, SafetensorsTensor tensor, int row, int count)
    {
        var values = new float[checked(count * weight.Columns)];
        DecoderWeightReader.ReadRows(tensor, weight, row, values);
        FiniteRows.Require(weight.Name, tensor.File, weight.Columns, (long)row * weight.Columns, values);
        return values;
    }
}
