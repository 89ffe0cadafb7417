using ModelPack.Formats.Onnx;

namespace ModelPack.Packing.Architectures.Graphs;

/// <summary>Initializers of weights that are not quantized.</summary>
internal static class FloatStorage
{
    /// <summary>The element type that all the weights are stored in; float32 where they differ.</summary>
    public static OnnxElementType Common(ReadOnlySpan<DecoderWeight> weights, Func<DecoderWeight, WeightStorage> storage)
    {
        OnnxElementType? common = null;
        foreach (DecoderWeight weight in weights)
        {
            OnnxElementType type = storage(weight) is WeightStorage.Quantized
                ? throw new ArgumentException($"{weight.Name} is no matrix and cannot be quantized.", nameof(storage))
                : storage(weight).ElementType;
            common = common is null || common == type ? type : OnnxElementType.Float32;
        }

        return common ?? OnnxElementType.Float32;
    }

    public static long Elements(ReadOnlySpan<DecoderWeight> weights)
    {
        long sum = 0;
        foreach (DecoderWeight weight in weights)
        {
            sum += weight.ElementCount;
        }

        return sum;
    }

    public static GraphTensor Tensor(string name, OnnxElementType type, long[] dims, ReadOnlySpan<DecoderWeight> weights)
    {
        var parts = new GraphTensorPart[weights.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            parts[i] = new GraphTensorPart(weights[i], PartKind.Values, type.ByteLength(weights[i].ElementCount));
        }

        return new GraphTensor(name, type, dims, parts);
    }
}
