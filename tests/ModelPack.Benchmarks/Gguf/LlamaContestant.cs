using System.Diagnostics;
using ModelPack.LlamaCpp;

namespace ModelPack.Benchmarks.Gguf;

/// <summary>llama.cpp as its programs run it: a prompt, then token by token.</summary>
internal sealed class LlamaContestant : IDisposable
{
    private readonly LlamaModel _model;
    private readonly LlamaContext _context;
    private readonly int[] _prompt;

    public LlamaContestant(string file, int[] prompt, int tokens, int threads)
    {
        _model = LlamaModel.Load(file);
        _context = _model.CreateContext(new LlamaContextOptions { Length = prompt.Length + tokens + 1, Threads = threads, AsItsPrograms = true });
        _prompt = prompt;
    }

    /// <summary>Tokens a second after the prompt, by the clock and by the processor time of the process.</summary>
    public (double Clock, double Processor) Decode(int tokens)
    {
        _context.Clear();
        int next = Best(_context.LastLogits(_prompt));
        long start = Stopwatch.GetTimestamp();
        TimeSpan processor = Environment.CpuUsage.TotalTime;
        for (int i = 0; i < tokens; i++)
        {
            next = Best(_context.LastLogits([next]));
        }

        return (tokens / Stopwatch.GetElapsedTime(start).TotalSeconds, tokens / (Environment.CpuUsage.TotalTime - processor).TotalSeconds);
    }

    public void Dispose()
    {
        _context.Dispose();
        _model.Dispose();
    }

    private static int Best(float[] logits)
    {
        int best = 0;
        for (int i = 1; i < logits.Length; i++)
        {
            best = logits[i] > logits[best] ? i : best;
        }

        return best;
    }
}
