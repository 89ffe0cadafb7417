using ModelPack.Packing.Architectures;
using ModelPack.Packing.Architectures.Rope;
using ModelPack.Packing.Architectures.Weights;

namespace ModelPack.Packing.Tests.Architectures;

/// <summary>
/// A decoder in plain double-precision loops, one token at a time. The goldens vouch for it (see its own test); it vouches
/// for shapes that the goldens do not have.
/// </summary>
internal sealed class ReferenceDecoder(DecoderArchitecture model, Func<DecoderWeight, float[]> values)
{
    private readonly List<(double[] Key, double[] Value)>[] _cache = [.. Enumerable.Range(0, model.Layers).Select(_ => new List<(double[], double[])>())];
    private readonly Dictionary<string, float[]> _values = [];

    /// <summary>Logits after each of the ids, row by row. Positions are those after the ids of earlier calls.</summary>
    /// <param name="ids">Tokens.</param>
    public float[] Run(IReadOnlyList<long> ids)
    {
        var logits = new List<float>();
        int length = _cache[0].Count + ids.Count;
        foreach (long id in ids)
        {
            logits.AddRange(Token((int)id, length).Select(v => (float)v));
        }

        return [.. logits];
    }

    private double[] Token(int id, int length)
    {
        double[] x = [.. Values(model.Embedding.Table).AsSpan(id * model.HiddenSize, model.HiddenSize).ToArray().Select(v => (double)v)];
        foreach (DecoderLayer layer in model.Blocks)
        {
            Add(x, Attention(layer, Norm(x, layer.Norms.Attention!), length));
            double[] normed = Norm(x, layer.Norms.FeedForward!);
            double[] gate = Multiply(layer.FeedForward!.Gate!, normed);
            double[] up = Multiply(layer.FeedForward!.Up, normed);
            Add(x, Multiply(layer.FeedForward!.Down, [.. gate.Zip(up, (g, u) => g / (1 + Math.Exp(-g)) * u)]));
        }

        return Multiply(model.Head.Output, Norm(x, model.Head.Norm!));
    }

    private double[] Attention(DecoderLayer layer, double[] x, int length)
    {
        List<(double[] Key, double[] Value)> cache = _cache[layer.Index];
        int position = cache.Count, size = model.HeadSize;
        double[] query = Rotate(HeadNorm(Multiply(layer.Attention!.Query, x), layer.Attention.QueryNorm), position, length);
        double[] key = Rotate(HeadNorm(Multiply(layer.Attention!.Key, x), layer.Attention.KeyNorm), position, length);
        cache.Add((key, Multiply(layer.Attention!.Value, x)));
        var output = new double[query.Length];
        int first = layer.SlidingWindow is int window ? Math.Max(0, position - window + 1) : 0;
        for (int head = 0; head < model.Heads; head++)
        {
            int from = head / (model.Heads / model.KvHeads) * size;
            double[] scores = [.. Enumerable.Range(first, position - first + 1).Select(p => Math.Exp(Dot(query.AsSpan(head * size, size), cache[p].Key.AsSpan(from, size)) / Math.Sqrt(size)))];
            for (int p = first; p <= position; p++)
            {
                for (int i = 0; i < size; i++)
                {
                    output[(head * size) + i] += scores[p - first] / scores.Sum() * cache[p].Value[from + i];
                }
            }
        }

        return Multiply(layer.Attention!.Output, output);
    }

    private double[] Rotate(double[] x, int position, int length)
    {
        var rotated = new double[x.Length];
        int half = model.HeadSize / 2;
        for (int i = 0; i < x.Length; i++)
        {
            int pair = i % half;
            double angle = position * Frequency(pair, length);
            double other = i % model.HeadSize < half ? -x[i + half] : x[i - half];
            rotated[i] = ((x[i] * Math.Cos(angle)) + (other * Math.Sin(angle))) * model.Ropes[0]!.AttentionFactor;
        }

        return rotated;
    }

    private double Frequency(int pair, int length) => model.Ropes[0]!.Dynamic is DynamicFrequencies dynamic
        ? model.Ropes[0]!.InverseFrequencies[pair] * Math.Pow(Math.Max(1, (dynamic.Slope * length) + dynamic.Offset), dynamic.Exponents[pair])
        : model.Ropes[0]!.InverseFrequencies[pair];

    private double[] HeadNorm(double[] x, Norm? norm) => norm is null ? x : [.. x.Chunk(model.HeadSize).SelectMany(head => Norm(head, norm))];

    private double[] Norm(double[] x, Norm norm)
    {
        double scale = 1 / Math.Sqrt((x.Sum(v => v * v) / x.Length) + norm.Epsilon);
        return [.. x.Select((v, i) => v * scale * Values(norm.Factors[0])[i])];
    }

    private double[] Multiply(Linear linear, double[] x)
    {
        float[] weight = Values(linear.Weight);
        return [.. Enumerable.Range(0, linear.Weight.Rows).Select(row =>
        {
            double sum = linear.Bias is null ? 0 : Values(linear.Bias)[row];
            for (int i = 0; i < x.Length; i++)
            {
                sum += weight[(row * x.Length) + i] * x[i];
            }

            return sum;
        })];
    }

    private float[] Values(DecoderWeight weight) => _values.TryGetValue(weight.Name, out float[]? found) ? found : _values[weight.Name] = values(weight);

    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }

    private static void Add(double[] x, double[] y)
    {
        for (int i = 0; i < x.Length; i++)
        {
            x[i] += y[i];
        }
    }
}
