using ModelPack.LlamaCpp;
using ModelPack.Packing.Evaluation;

namespace ModelPack.Benchmarks.Gguf;

/// <summary>llama.cpp's predictions from a file, computed as its programs compute them.</summary>
internal sealed class LlamaLogitSource : ILogitSource
{
    private readonly LlamaModel _model;
    private readonly LlamaContext _context;

    public LlamaLogitSource(string file, int length, int threads)
    {
        _model = LlamaModel.Load(file);
        _context = _model.CreateContext(new LlamaContextOptions { Length = length, Threads = threads, AsItsPrograms = true });
    }

    public int VocabularySize => _model.Vocabulary.Count;

    public void Run(ReadOnlySpan<int> window, Span<float> logits)
    {
        _context.Clear();
        _context.Logits(window).CopyTo(logits);
    }

    public void Dispose()
    {
        _context.Dispose();
        _model.Dispose();
    }
}
