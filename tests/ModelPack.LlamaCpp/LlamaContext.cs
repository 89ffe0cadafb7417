using ModelPack.LlamaCpp.Native;
using static ModelPack.LlamaCpp.Native.LlamaApi;

namespace ModelPack.LlamaCpp;

/// <summary>One sequence of tokens that a model computes. Not thread-safe. Dispose it before the model.</summary>
public sealed unsafe class LlamaContext : IDisposable
{
    private const int Float32 = 0;
    private const int Float16 = 1;
    private const int Automatic = -1;

    private readonly int _length;
    private readonly int _vocabulary;
    private nint _handle;
    private int _position;

    internal LlamaContext(LlamaModel model, LlamaContextOptions options)
    {
        LlamaContextParams parameters = llama_context_default_params();
        parameters.Length = parameters.Batch = (uint)options.Length;
        parameters.MicroBatch = (uint)Math.Min(options.Length, 512);
        parameters.MostOutputs = parameters.MostOutputsPerSequence = 0;
        parameters.Threads = parameters.BatchThreads = options.Threads;
        parameters.KeyType = parameters.ValueType = options.AsItsPrograms ? Float16 : Float32;
        parameters.FlashAttention = options.AsItsPrograms ? Automatic : 0;
        LogBuffer.TakeProblems();
        _handle = llama_init_from_model(model.Handle, parameters);
        if (_handle == 0)
        {
            throw new LlamaCppException(LogBuffer.TakeProblems());
        }

        _length = options.Length;
        _vocabulary = model.Vocabulary.Count;
    }

    /// <summary>Forgets the sequence.</summary>
    public void Clear()
    {
        llama_memory_clear(llama_get_memory(_handle), 1);
        _position = 0;
    }

    /// <summary>Continues the sequence.</summary>
    /// <returns>The logits after each token, one row of the vocabulary's size each.</returns>
    public float[] Logits(ReadOnlySpan<int> tokens) => Decode(tokens, allLogits: true);

    /// <summary>Continues the sequence.</summary>
    /// <returns>The logits after the last token.</returns>
    public float[] LastLogits(ReadOnlySpan<int> tokens) => Decode(tokens, allLogits: false);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_handle != 0)
        {
            llama_free(_handle);
            _handle = 0;
        }
    }

    private float[] Decode(ReadOnlySpan<int> tokens, bool allLogits)
    {
        ArgumentOutOfRangeException.ThrowIfZero(tokens.Length, nameof(tokens));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(_position + tokens.Length, _length, nameof(tokens));
        int first = allLogits ? 0 : tokens.Length - 1;
        byte[] outputs = new byte[tokens.Length];
        outputs.AsSpan(first).Fill(1);
        LogBuffer.TakeProblems();
        fixed (int* ids = tokens)
        {
            fixed (byte* wanted = outputs)
            {
                int result = llama_decode(_handle, new LlamaBatch { Count = tokens.Length, Tokens = ids, Outputs = wanted });
                if (result != 0)
                {
                    throw new LlamaCppException($"llama_decode returned {result}: {LogBuffer.TakeProblems()}");
                }
            }
        }

        _position += tokens.Length;
        var logits = new float[(tokens.Length - first) * _vocabulary];
        for (int i = first; i < tokens.Length; i++)
        {
            new ReadOnlySpan<float>(llama_get_logits_ith(_handle, i), _vocabulary).CopyTo(logits.AsSpan((i - first) * _vocabulary));
        }

        return logits;
    }
}
