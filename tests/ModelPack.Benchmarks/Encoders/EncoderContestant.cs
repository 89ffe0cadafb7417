using Microsoft.ML.OnnxRuntime;

namespace ModelPack.Benchmarks.Encoders;

/// <summary>One encoder graph in ONNX Runtime on one thread of the CPU.</summary>
internal sealed class EncoderContestant : IDisposable
{
    private static readonly string[] Output = ["sentence_embedding"];

    private readonly InferenceSession _session;
    private readonly RunOptions _options = new();

    public EncoderContestant(string name, string file, bool profile)
    {
        Name = name;
        File = file;
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, IntraOpNumThreads = 1 };
        if (profile)
        {
            options.ProfileOutputPathPrefix = Path.Combine(Path.GetTempPath(), $"modelpack-profile-{name.Replace(' ', '-')}");
            options.EnableProfiling = true;
        }

        _session = new InferenceSession(file, options);
    }

    public string Name { get; }

    public string File { get; }

    /// <summary>Shortest processor seconds of a pass so far, by batch size.</summary>
    public Dictionary<int, double> Best { get; } = [];

    /// <summary>The embeddings of a batch.</summary>
    public float[][] Embed(EncoderBatch batch)
    {
        using IDisposableReadOnlyCollection<OrtValue> results = Run(batch);
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
        double begin = ThreadClock.Seconds;
        foreach (EncoderBatch batch in batches)
        {
            Run(batch).Dispose();
        }

        Best[size] = Math.Min(ThreadClock.Seconds - begin, Best.GetValueOrDefault(size, double.MaxValue));
    }

    /// <summary>The file of ONNX Runtime's profile.</summary>
    public string EndProfiling() => _session.EndProfiling();

    public void Dispose()
    {
        _options.Dispose();
        _session.Dispose();
    }

    private IDisposableReadOnlyCollection<OrtValue> Run(EncoderBatch batch) => _session.Run(_options, _session.InputNames, batch.Values(_session), Output);
}
