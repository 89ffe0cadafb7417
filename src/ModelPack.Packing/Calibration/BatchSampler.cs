using Microsoft.ML.OnnxRuntime;
using ModelPack.Packing.Architectures;

namespace ModelPack.Packing.Calibration;

/// <summary>Writes several rows of tokens at once with a packed model, each token drawn from the model's prediction. Not thread-safe; dispose it.</summary>
internal sealed class BatchSampler : IDisposable
{
    private readonly DecoderArchitecture _architecture;
    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();
    private readonly string[] _inputs;
    private readonly string[] _outputs;

    public BatchSampler(string modelFile, DecoderArchitecture architecture, int threads)
    {
        _architecture = architecture;
        using var options = new SessionOptions { IntraOpNumThreads = threads, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        _session = new InferenceSession(modelFile, options);
        IEnumerable<int> layers = Enumerable.Range(0, architecture.Layers);
        _inputs = [DecoderGraph.InputIds, DecoderGraph.AttentionMask, .. layers.SelectMany(layer => new[] { DecoderGraph.PastKey(layer), DecoderGraph.PastValue(layer) })];
        _outputs = [DecoderGraph.Logits, .. layers.SelectMany(layer => new[] { DecoderGraph.PresentKey(layer), DecoderGraph.PresentValue(layer) })];
    }

    /// <summary>Fills rows.</summary>
    /// <param name="ids">[rows, tokens], written.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="start">The token every row begins with.</param>
    /// <param name="firstSeed">Seed of the first row; each row has its own.</param>
    /// <param name="cancellation">Checked for every token.</param>
    public void Write(Span<int> ids, int rows, int start, int firstSeed, CancellationToken cancellation)
    {
        int tokens = ids.Length / rows;
        Random[] draws = [.. Enumerable.Range(firstSeed, rows).Select(seed => new Random(seed))];
        long[] last = new long[rows];
        Array.Fill(last, start);
        IReadOnlyList<OrtValue> cache = EmptyCache(rows);
        try
        {
            for (int token = 0; token < tokens; token++)
            {
                cancellation.ThrowIfCancellationRequested();
                for (int row = 0; row < rows; row++)
                {
                    ids[(row * tokens) + token] = (int)last[row];
                }

                if (token + 1 < tokens)
                {
                    cache = Step(last, token + 1, draws, cache);
                }
            }
        }
        finally
        {
            Free(cache);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _run.Dispose();
        _session.Dispose();
    }

    private List<OrtValue> Step(long[] last, int length, Random[] draws, IReadOnlyList<OrtValue> cache)
    {
        long[] mask = new long[last.Length * length];
        Array.Fill(mask, 1);
        using OrtValue ids = OrtValue.CreateTensorValueFromMemory(last, [last.Length, 1]);
        using OrtValue seen = OrtValue.CreateTensorValueFromMemory(mask, [last.Length, length]);
        List<OrtValue> results = [.. _session.Run(_run, _inputs, [ids, seen, .. cache], _outputs)];
        Free(cache);
        using (OrtValue logits = results[0])
        {
            ReadOnlySpan<float> values = logits.GetTensorDataAsSpan<float>();
            int vocabulary = _architecture.VocabularySize;
            for (int row = 0; row < last.Length; row++)
            {
                last[row] = Draw(values.Slice(row * vocabulary, vocabulary), draws[row].NextDouble());
            }
        }

        results.RemoveAt(0);
        return results;
    }

    /// <summary>The token at which the running sum of probabilities passes <paramref name="place"/>.</summary>
    private static int Draw(ReadOnlySpan<float> logits, double place)
    {
        float top = float.NegativeInfinity;
        foreach (float logit in logits)
        {
            top = Math.Max(top, logit);
        }

        double total = 0;
        foreach (float logit in logits)
        {
            total += Math.Exp(logit - top);
        }

        double sum = 0;
        for (int i = 0; i < logits.Length; i++)
        {
            sum += Math.Exp(logits[i] - top);
            if (sum > place * total)
            {
                return i;
            }
        }

        return logits.Length - 1;
    }

    private List<OrtValue> EmptyCache(int rows)
    {
        long[] shape = [rows, _architecture.KvHeads, 0, _architecture.CacheHeadSize];
        return [.. Enumerable.Range(0, 2 * _architecture.Layers).Select(_ => OrtValue.CreateTensorValueFromMemory(Array.Empty<float>(), shape))];
    }

    private static void Free(IReadOnlyList<OrtValue> values)
    {
        foreach (OrtValue value in values)
        {
            value.Dispose();
        }
    }
}
