using ModelPack.Quantization.Activations;

namespace ModelPack.Packing.OnnxModels.Activations.Operators;

/// <summary>The weight of a convolution in int8 with a scale for each output channel. Immutable.</summary>
/// <param name="Codes">[outputs, inputs of a group, kernel].</param>
/// <param name="Scales">[outputs].</param>
internal sealed record ConvolutionWeights(sbyte[] Codes, float[] Scales)
{
    /// <summary>Quantizes; neighbours in the order of the kernel, [kernel, inputs], are safe without dot products of bytes.</summary>
    /// <param name="dims">[outputs, inputs of a group, kernel ...].</param>
    /// <param name="values">The weights.</param>
    /// <param name="leastScale">The least scale of an output channel.</param>
    public static ConvolutionWeights Quantize(ReadOnlySpan<long> dims, float[] values, Func<int, float> leastScale)
    {
        int outputs = (int)dims[0], inputs = (int)dims[1], depth = values.Length / Math.Max(1, outputs), kernel = depth / Math.Max(1, inputs);
        var codes = new sbyte[values.Length];
        var scales = new float[outputs];
        Parallel.For(0, outputs, () => (Channel: new float[depth], Codes: new sbyte[depth]), (m, _, buffer) =>
        {
            // ONNX Runtime lays the pixels of a patch out with the channels innermost.
            for (int i = 0; i < depth; i++)
            {
                buffer.Channel[i] = values[(m * depth) + (i % inputs * kernel) + (i / inputs)];
            }

            scales[m] = ChannelQuantizer.Quantize(buffer.Channel, buffer.Codes, leastScale(m));
            for (int i = 0; i < depth; i++)
            {
                codes[(m * depth) + (i % inputs * kernel) + (i / inputs)] = buffer.Codes[i];
            }

            return buffer;
        }, _ => { });
        return new ConvolutionWeights(codes, scales);
    }
}
