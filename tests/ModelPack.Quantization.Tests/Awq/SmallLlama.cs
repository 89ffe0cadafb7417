using ModelPack.Quantization.LinearAlgebra;

namespace ModelPack.Tests;

/// <summary>The first layer of goldens/quantized/base in plain loops: what the pairs of its modules read and give.</summary>
internal sealed class SmallLlama : IDisposable
{
    public const int Hidden = 64, Intermediate = 128, Heads = 8, ValueHeads = 4, HeadSize = 8, Length = 256, Sequences = 16;

    private const float Epsilon = 1e-5f;
    private const double Theta = 10000;

    private readonly GoldenTensors _tensors = new("goldens/quantized/base/model.safetensors");

    public SmallLlama(int[] ids)
    {
        float[] table = _tensors.Floats("model.embed_tokens.weight");
        Stream = new float[ids.Length * Hidden];
        for (int t = 0; t < ids.Length; t++)
        {
            table.AsSpan(ids[t] * Hidden, Hidden).CopyTo(Stream.AsSpan(t * Hidden));
        }

        AttentionInput = Norm(Stream, Weight("input_layernorm"));
        float[] added = Attention(Weight("self_attn.q_proj"), Weight("self_attn.k_proj"), Weight("self_attn.v_proj"));
        float[] stream = [.. Stream.Zip(added, (a, b) => a + b)];
        FeedForwardInput = Norm(stream, Weight("post_attention_layernorm"));
        DownInput = Gated(Weight("mlp.gate_proj"), Weight("mlp.up_proj"));
    }

    public float[] Stream { get; }

    public float[] AttentionInput { get; }

    public float[] FeedForwardInput { get; }

    public float[] DownInput { get; }

    public float[] Weight(string name) => _tensors.Floats($"model.layers.0.{name}.weight");

    public float[] Attention(float[] query, float[] key, float[] value)
    {
        float[] q = Linear(AttentionInput, query, Hidden), k = Linear(AttentionInput, key, Hidden), v = Linear(AttentionInput, value, Hidden);
        var attended = new float[q.Length];
        Rotate(q, Heads);
        Rotate(k, ValueHeads);
        Parallel.For(0, Sequences * Heads, index => Attend(q, k, v, index / Heads * Length, index % Heads, attended));
        return Linear(attended, Weight("self_attn.o_proj"), Hidden);
    }

    public float[] FeedForward(float[] gate, float[] up) => Linear(Gated(gate, up), Weight("mlp.down_proj"), Intermediate);

    public static float[] Linear(float[] x, float[] weights, int columns)
    {
        int rows = weights.Length / columns, tokens = x.Length / columns;
        var y = new float[tokens * rows];
        MatrixProduct.Add(new MatrixView(x, tokens, columns), false, new MatrixView(weights, rows, columns), true, 1, new MatrixView(y, tokens, rows), 2);
        return y;
    }

    public void Dispose() => _tensors.Dispose();

    private float[] Gated(float[] gate, float[] up)
    {
        float[] g = Linear(FeedForwardInput, gate, Hidden), u = Linear(FeedForwardInput, up, Hidden);
        return [.. g.Zip(u, (a, b) => a / (1 + MathF.Exp(-a)) * b)];
    }

    private static float[] Norm(float[] x, float[] factors)
    {
        var y = new float[x.Length];
        for (int start = 0; start < x.Length; start += Hidden)
        {
            double squares = 0;
            for (int i = 0; i < Hidden; i++)
            {
                squares += (double)x[start + i] * x[start + i];
            }

            float inverse = (float)(1 / Math.Sqrt((squares / Hidden) + Epsilon));
            for (int i = 0; i < Hidden; i++)
            {
                y[start + i] = x[start + i] * inverse * factors[i];
            }
        }

        return y;
    }

    private static void Rotate(float[] x, int heads)
    {
        const int Half = HeadSize / 2;
        for (int t = 0; t < x.Length / (heads * HeadSize); t++)
        {
            for (int pair = 0; pair < heads * Half; pair++)
            {
                double angle = t % Length * Math.Pow(Theta, -(double)(pair % Half) / Half);
                int first = (t * heads * HeadSize) + (pair / Half * HeadSize) + (pair % Half);
                float a = x[first], b = x[first + Half], cos = (float)Math.Cos(angle), sin = (float)Math.Sin(angle);
                (x[first], x[first + Half]) = ((a * cos) - (b * sin), (b * cos) + (a * sin));
            }
        }
    }

    private static void Attend(float[] q, float[] k, float[] v, int firstToken, int head, float[] attended)
    {
        int shared = head / (Heads / ValueHeads);
        Span<float> shares = stackalloc float[Length];
        for (int t = 0; t < Length; t++)
        {
            ReadOnlySpan<float> query = q.AsSpan(((firstToken + t) * Hidden) + (head * HeadSize), HeadSize);
            float most = float.MinValue, sum = 0;
            for (int s = 0; s <= t; s++)
            {
                ReadOnlySpan<float> key = k.AsSpan((((firstToken + s) * ValueHeads) + shared) * HeadSize, HeadSize);
                float score = 0;
                for (int i = 0; i < HeadSize; i++)
                {
                    score += query[i] * key[i];
                }

                shares[s] = score / MathF.Sqrt(HeadSize);
                most = Math.Max(most, shares[s]);
            }

            for (int s = 0; s <= t; s++)
            {
                shares[s] = MathF.Exp(shares[s] - most);
                sum += shares[s];
            }

            Span<float> output = attended.AsSpan(((firstToken + t) * Hidden) + (head * HeadSize), HeadSize);
            for (int s = 0; s <= t; s++)
            {
                ReadOnlySpan<float> value = v.AsSpan((((firstToken + s) * ValueHeads) + shared) * HeadSize, HeadSize);
                for (int i = 0; i < HeadSize; i++)
                {
                    output[i] += shares[s] / sum * value[i];
                }
            }
        }
    }
}
