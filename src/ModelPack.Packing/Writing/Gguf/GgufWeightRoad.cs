using System.Runtime.InteropServices;
using ModelPack.Formats.Gguf;
using ModelPack.Packing.Architectures;
using ModelPack.Packing.Manifests;
using ModelPack.Packing.Planning;
using ModelPack.Packing.Planning.Gguf;
using ModelPack.Packing.Quantizing;

namespace ModelPack.Packing.Writing.Gguf;

/// <summary>Takes every weight from the source to the file, one after the other: quantize or find in the store, write.</summary>
internal sealed class GgufWeightRoad(PackJob job, IReadOnlyList<NamedWeight> weights, GgufWriter writer, IProgress<PackProgress>? progress)
{
    // Values of a float tensor converted at a time.
    private const int ChunkFloats = 1 << 18;

    private readonly Dictionary<string, TensorSum> _sums = new(StringComparer.Ordinal);

    /// <summary>What was written, by the weights' names.</summary>
    public IReadOnlyDictionary<string, TensorSum> Sums => _sums;

    /// <summary>Norm of the error by the norm of the values, of all weights that the source had quantized before; 0 where there are none.</summary>
    public double QuantizedTwiceError
    {
        get
        {
            TensorSum[] twice = [.. weights.Where(named => job.Source.SchemeOf(named.Weight) is not null).Select(named => _sums[named.Weight.Name])];
            double norm = twice.Sum(sum => sum.WeightNorm);
            return norm == 0 ? 0 : Math.Sqrt(twice.Sum(sum => sum.ErrorNorm) / norm);
        }
    }

    /// <summary>Writes all weights in the order of the file, and what the source does not have where its name stands.</summary>
    public void Run(float[] ropeDivisors, CancellationToken cancellation)
    {
        long done = 0;
        foreach (NamedWeight named in weights)
        {
            cancellation.ThrowIfCancellationRequested();
            if (GgufFolder.FollowsRopeDivisors(named.Name))
            {
                writer.Write(MemoryMarshal.AsBytes(ropeDivisors.AsSpan()));
            }

            WeightStorage storage = job.StorageOf(named.Weight);
            _sums[named.Weight.Name] = storage is WeightStorage.Blocks { Type: var type } ? WriteBlocks(named, type, cancellation) : WriteValues(named, TensorStorage.TypeOf(storage), cancellation);
            done += job.Source.BytesOf(named.Weight);
            progress?.Report(new PackProgress(job.Plan.Name, "quantize", done, job.Plan.SourceBytes, named.Weight.Name));
        }
    }

    /// <summary>The weights for the manifest, in the order of the plan.</summary>
    public IReadOnlyList<ManifestWeight> Describe()
    {
        Dictionary<string, TensorSum> byWeight = weights.ToDictionary(named => named.Weight.Name, named => _sums[named.Weight.Name], StringComparer.Ordinal);
        return
        [
            .. job.Plan.Weights.Select(plan => new ManifestWeight(
                plan.Name, plan.Shape, plan.Bits, plan.GroupSize, plan.Symmetric, plan.Method, plan.Bytes, plan.GroupSize > 0 ? Math.Round(byWeight[plan.Name].RelativeError, 6) : 0)
            {
                Type = plan.Type,
            }),
        ];
    }

    private TensorSum WriteBlocks(NamedWeight named, GgufTensorType type, CancellationToken cancellation)
    {
        EncodedTensor encoded = EncodedTensorCache.FindOrEncode(job, named, type, cancellation);
        writer.Write(encoded.Bytes);
        var sum = new TensorSum(encoded.WeightNorm, encoded.ErrorNorm);
        sum.Append(encoded.Bytes);
        return sum;
    }

    private TensorSum WriteValues(NamedWeight named, GgufTensorType type, CancellationToken cancellation)
    {
        IWeightRows rows = FileRows.Of(job, named);
        int step = Math.Max(1, ChunkFloats / rows.Columns);
        var values = new float[Math.Min(step, rows.Rows) * rows.Columns];
        var bytes = new byte[values.Length * sizeof(float)];
        var sum = new TensorSum(0, 0);
        for (int first = 0; first < rows.Rows; first += step)
        {
            cancellation.ThrowIfCancellationRequested();
            int count = Math.Min(step, rows.Rows - first);
            Span<float> chunk = values.AsSpan(0, count * rows.Columns);
            rows.Read(first, count, chunk);
            FiniteRows.Require(rows.Name, rows.File, rows.Columns, (long)first * rows.Columns, chunk);
            ReadOnlySpan<byte> written = bytes.AsSpan(0, FloatTensors.Write(rows, type, chunk, bytes));
            writer.Write(written);
            sum.Append(written);
        }

        rows.Release();
        return sum;
    }
}
