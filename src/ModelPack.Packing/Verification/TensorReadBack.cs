using ModelPack.Formats.Gguf;
using ModelPack.Packing.Architectures;
using ModelPack.Packing.Planning;
using ModelPack.Packing.Quantizing;
using ModelPack.Packing.Writing.Gguf;

namespace ModelPack.Packing.Verification;

/// <summary>Reads a GGUF file back: every byte of every tensor, and its decoded values against the source.</summary>
internal static class TensorReadBack
{
    // Values, and bytes, that are compared at a time.
    private const int ChunkFloats = 1 << 18;

    /// <summary>Checks a tensor.</summary>
    /// <param name="job">The job.</param>
    /// <param name="file">The file, opened anew.</param>
    /// <param name="tensor">The tensor.</param>
    /// <param name="named">The weight that it holds.</param>
    /// <param name="written">What was written.</param>
    /// <exception cref="ModelPackException">MPK2001: the bytes, or the values, are others.</exception>
    public static void Require(PackJob job, GgufFile file, GgufTensor tensor, NamedWeight named, TensorSum written)
    {
        var read = new TensorSum(0, 0);
        long begin = Bytes(tensor, named.Start), end = Bytes(tensor, named.Start + named.Weight.ElementCount);
        var bytes = new byte[Math.Min(1 << 20, end - begin)];
        for (long done = begin; done < end; done += bytes.Length)
        {
            Span<byte> piece = bytes.AsSpan(0, (int)Math.Min(bytes.Length, end - done));
            tensor.ReadBytes(done, piece);
            read.Append(piece);
        }

        if (read.Value != written.Value || (job.StorageOf(named.Weight) is WeightStorage.Blocks && !SameError(job, tensor, named, written, file.Path)))
        {
            throw new ModelPackException(
                VerificationErrors.BytesDiffer, $"{Path.GetFileName(file.Path)}: tensor {named.Name} read back from disk is not what was written; check the disk and pack again.");
        }

        tensor.Release();
    }

    private static long Bytes(GgufTensor tensor, long elements) => elements / tensor.Type.ElementsPerBlock() * tensor.Type.BytesPerBlock();

    // The sums are formed in another order than while quantizing, in pieces of other sizes.
    private static bool SameError(PackJob job, GgufTensor tensor, NamedWeight named, TensorSum written, string path)
    {
        IWeightRows source = FileRows.Of(job, named);
        var stored = new TensorRows(named, tensor, path);
        int step = Math.Max(1, ChunkFloats / source.Columns);
        var expected = new float[Math.Min(step, source.Rows) * source.Columns];
        var actual = new float[expected.Length];
        double error = 0;
        for (int first = 0; first < source.Rows; first += step)
        {
            int count = Math.Min(step, source.Rows - first);
            Span<float> left = expected.AsSpan(0, count * source.Columns), right = actual.AsSpan(0, count * source.Columns);
            source.Read(first, count, left);
            stored.Read(first, count, right);
            error += SquaredNorms.Of(left, right).Error;
        }

        source.Release();
        return Math.Abs(error - written.ErrorNorm) <= 1e-6 * written.ErrorNorm;
    }
}
