using System.Diagnostics;
using Microsoft.ML.OnnxRuntime;

namespace ModelPack.Benchmarks.Encoders;

/// <summary>One encoder graph in ONNX Runtime on the CPU.</summary>
internal sealed class EncoderContestant : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _options = new();

    public EncoderContestant(string name, string file, int threads, bool profile = false)
    {
        Name = name;
        File = file;
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, IntraOpNumThreads = threads };
        if (profile)
        {
            options.EnableProfiling = true;
            options.ProfileOutputPathPrefix = Path.Combine(Path.GetTempPath(), $"modelpack-profile-{name.Replace(' ', '-')}");
        }

        _session = new InferenceSession(file, options);
    }

    public string Name { get; }

    public string File { get; }

    /// <summary>Shortest seconds of a pass so far, by batch size.</summary>
    public Dictionary<int, double> Best { get; } = [];

    /// <summary>The embeddings of a batch.</summary>
    public float[][] Embed(EncoderBatch batch)
    {
        using IDisposableReadOnlyCollection<OrtValue> results = _session.Run(_options, batch.Names(_session), batch.Values(_session), ["sentence_embedding"]);
        ReadOnlySpan<float> values = results[0].GetTensorDataAsSpan<float>();
        int width = values.Length / batch.Texts.Count;
        var rows = new float[batch.Texts.Count][];
        for (int i = 0; i < rows.Length; i++)
        {
            rows[i] = values.Slice(i * width, width).ToArray();
        }

        return rows;
    }

    /// <summary>Runs some batches and keeps the time if it is the shortest.</summary>
    public void Pass(int size, IReadOnlyList<EncoderBatch> batches)
    {
        var clock = Stopwatch.StartNew();
        foreach (EncoderBatch batch in batches)
        {
            using IDisposableReadOnlyCollection<OrtValue> results = _session.Run(_options, batch.Names(_session), batch.Values(_session), ["sentence_embedding"]);
        }

        double seconds = clock.Elapsed.TotalSeconds;
        Best[size] = Math.Min(seconds, Best.GetValueOrDefault(size, double.MaxValue));
    }

    public string? EndProfiling() => _session.EndProfiling();

    public void Dispose()
    {
        _options.Dispose();
        _session.Dispose();
    }
}
