using ModelPack.Packing.OnnxModels.Graphs;
using ModelPack.Quantization.Activations;

namespace ModelPack.Packing.OnnxModels.Activations.Operators;

/// <summary>The weight of a product: [inputs, outputs], row by row, in float and in int8 with one scale an output. Immutable.</summary>
/// <param name="Inputs">Rows.</param>
/// <param name="Outputs">Columns.</param>
/// <param name="Values">Float weights.</param>
internal sealed record ColumnWeights(int Inputs, int Outputs, float[] Values)
{
    /// <summary>The weight of a MatMul or Gemm as MatMul takes it, with alpha multiplied in.</summary>
    public static ColumnWeights Of(WeightedOperator product, ConstantValues constants)
    {
        (long[] dims, float[] values) = constants.Floats(product.Scope, product.Node.Input[1])!.Value;
        bool transposed = product.Node.Is("Gemm") && product.Node.Int("transB", 0) != 0;
        float alpha = product.Node.Is("Gemm") ? product.Node.Float("alpha", 1) : 1;
        int inputs = (int)dims[transposed ? 1 : 0], outputs = (int)dims[transposed ? 0 : 1];
        if (!transposed && alpha == 1)
        {
            return new ColumnWeights(inputs, outputs, values);
        }

        var columns = new float[values.Length];
        for (int k = 0; k < inputs; k++)
        {
            for (int n = 0; n < outputs; n++)
            {
                columns[(k * outputs) + n] = alpha * values[transposed ? (n * inputs) + k : (k * outputs) + n];
            }
        }

        return new ColumnWeights(inputs, outputs, columns);
    }

    /// <summary>The weights with those of each input multiplied by a factor.</summary>
    public ColumnWeights Scaled(ReadOnlySpan<float> factors)
    {
        var scaled = new float[Values.Length];
        for (int i = 0; i < scaled.Length; i++)
        {
            scaled[i] = Values[i] * factors[i / Outputs];
        }

        return this with { Values = scaled };
    }

    /// <summary>Int8 codes [inputs, outputs] and a scale for each output; pairs of neighbouring inputs are safe without dot products of bytes.</summary>
    /// <param name="leastScale">The least scale of an output; null: none.</param>
    public (sbyte[] Codes, float[] Scales) Quantize(Func<int, float>? leastScale = null)
    {
        var codes = new sbyte[Values.Length];
        var scales = new float[Outputs];
        Parallel.For(0, Outputs, () => (Column: new float[Inputs], Codes: new sbyte[Inputs]), (n, _, buffer) =>
        {
            for (int k = 0; k < Inputs; k++)
            {
                buffer.Column[k] = Values[(k * Outputs) + n];
            }

            scales[n] = ChannelQuantizer.Quantize(buffer.Column, buffer.Codes, leastScale?.Invoke(n) ?? 0);
            for (int k = 0; k < Inputs; k++)
            {
                codes[(k * Outputs) + n] = buffer.Codes[k];
            }

            return buffer;
        }, _ => { });
        return (codes, scales);
    }
}
