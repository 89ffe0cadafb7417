using System.Globalization;
using System.Runtime.InteropServices;
using ModelPack.Formats.Gguf;
using ModelPack.Packing.Architectures;
using ModelPack.Packing.Planning;
using ModelPack.Packing.Quantizing;

namespace ModelPack.Packing.Writing.Gguf;

/// <summary>Quantized tensors in the store, so that a stopped or slightly changed run does not repeat them.</summary>
internal static class EncodedTensorCache
{
    private const int Notes = 3;

    /// <summary>The tensor in the store, or a new one, which is then kept there.</summary>
    /// <param name="job">The job.</param>
    /// <param name="named">The weight.</param>
    /// <param name="type">A type with blocks.</param>
    /// <param name="cancellation">Stops between pieces.</param>
    public static EncodedTensor FindOrEncode(PackJob job, NamedWeight named, GgufTensorType type, CancellationToken cancellation)
    {
        DecoderWeight weight = named.Weight;
        string order = string.Create(CultureInfo.InvariantCulture, $"{(named.HeadRows > 0 ? $"neighbours {named.HeadRows}" : "published")}{(named.Factor == 1 ? string.Empty : $" times {named.Factor:R}")}");
        string key = PackKeys.OfTensor(weight, type.ToString(), order, job.Importance?.HashOf(weight) ?? string.Empty, job.FileHashOf(weight), job.Source.PlaceOf(weight).Offset);
        byte[] bytes = new byte[weight.ElementCount / type.ElementsPerBlock() * type.BytesPerBlock()];
        Span<double> notes = stackalloc double[Notes];
        if (job.Request.Store.TryReadTensor(key, bytes, [], [], MemoryMarshal.AsBytes(notes)))
        {
            return new EncodedTensor(bytes, notes[0], notes[1], notes[2]);
        }

        EncodedTensor encoded = TensorEncoding.Encode(
            FileRows.Of(job, named), type, job.Importance?.Of(weight) ?? default, new ParallelOptions { MaxDegreeOfParallelism = job.Threads, CancellationToken = cancellation });
        notes = [encoded.WeightNorm, encoded.ErrorNorm, encoded.WeighedError];
        job.Request.Store.WriteTensor(key, encoded.Bytes, [], [], MemoryMarshal.AsBytes(notes));
        return encoded;
    }
}
