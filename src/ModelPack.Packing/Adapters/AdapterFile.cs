using ModelPack.Formats.Onnx;
using ModelPack.Formats.OrtAdapters;
using ModelPack.Packing.Architectures;
using ModelPack.Packing.Verification;
using ModelPack.Packing.Writing;

namespace ModelPack.Packing.Adapters;

/// <summary>Writes an adapter as the file that ONNX Runtime loads: values of the optional inputs of the packed graph.</summary>
internal static class AdapterFile
{
    public const string Extension = ".onnx_adapter";

    /// <summary>Name of an adapter's file.</summary>
    public static string NameOf(BoundAdapter adapter) => adapter.Name + Extension;

    /// <summary>Writes the file and reads it back.</summary>
    /// <param name="folder">The packed folder.</param>
    /// <param name="adapter">The adapter.</param>
    /// <param name="target">Decides the type of the values.</param>
    /// <exception cref="ModelPackException">MPK1122: no space; MPK1406, MPK1407: a value is no number, or too large; MPK2001: what was read is not what was written.</exception>
    public static void Write(string folder, BoundAdapter adapter, TargetProvider target)
    {
        string path = Path.Combine(folder, NameOf(adapter));
        OnnxElementType type = target == TargetProvider.Cuda ? OnnxElementType.Float16 : OnnxElementType.Float32;
        DecoderWeight[] weights = [.. adapter.LowRankWeights];
        var parameters = new List<OrtAdapterParameter>();
        foreach (DecoderWeight weight in weights)
        {
            int rank = adapter.Factors(weight)!.Rank;
            parameters.Add(new OrtAdapterParameter(DecoderGraph.LowRankA(weight.Name), type, [weight.Columns, rank]));
            parameters.Add(new OrtAdapterParameter(DecoderGraph.LowRankB(weight.Name), type, [rank, weight.Rows]));
        }

        OrtAdapterWriter.Write(path, parameters, Values);
        using OrtAdapterFile written = OrtAdapterFile.Open(path);
        for (int i = 0; i < parameters.Count; i++)
        {
            byte[] read = new byte[parameters[i].ByteLength];
            written.Read(i, read);
            if (!read.AsSpan().SequenceEqual(Values(i)))
            {
                throw new ModelPackException(VerificationErrors.BytesDiffer, $"{path}: {parameters[i].Name} read back from disk is not what was written; check the disk and pack again.");
            }
        }

        byte[] Values(int index)
        {
            DecoderWeight weight = weights[index / 2];
            LowRankFactors factors = adapter.Factors(weight)!;
            float[] values = index % 2 == 0 ? Transposed(factors.Right, factors.Rank, 1) : Transposed(factors.Left, weight.Rows, factors.Scale);
            byte[] bytes = new byte[parameters[index].ByteLength];
            FloatEncoding.Write(parameters[index].Name, adapter.Folder.Folder, values, type, bytes);
            return bytes;
        }
    }

    private static float[] Transposed(float[] values, int rows, float scale)
    {
        int columns = values.Length / rows;
        var transposed = new float[values.Length];
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                transposed[(column * rows) + row] = scale * values[(row * columns) + column];
            }
        }

        return transposed;
    }
}
