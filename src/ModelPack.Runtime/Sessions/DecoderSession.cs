using Microsoft.ML.OnnxRuntime;

namespace ModelPack.Runtime.Sessions;

/// <summary>
/// A decoder graph that is ready to run. Thread-safe: any number of <see cref="DecoderSequence"/>s may step at once, sharing
/// the weights and the processor's threads. Counted: the native session is freed when its owner and every sequence let go.
/// </summary>
internal sealed class DecoderSession : IDisposable
{
    private const int LargestChunk = 256;
    private const int LargestChunkOfDevice = 2048;
    private const int SmallestChunk = 32;
    private const long LogitsBytesPerChunk = 64L << 20;

    private readonly DecoderDevice _device;
    private readonly TaskCompletionSource _freed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _references = 1;
    private int _disposed;

    /// <summary>Takes over a session.</summary>
    /// <param name="session">Owned from here on, also when this constructor throws.</param>
    /// <param name="settings">genai_config.json.</param>
    /// <param name="modelFile">The graph's file, for messages.</param>
    public DecoderSession(InferenceSession session, GenAiSettings settings, string modelFile)
    {
        Native = session;
        ModelFile = modelFile;
        ContextLength = settings.ContextLength;
        try
        {
            Signature = DecoderSignature.Read(session.InputMetadata, session.OutputMetadata, settings, modelFile);
            Traits = GraphTraits.Probe(session, Signature, modelFile);
            _device = DecoderDevice.Of(session, Signature.Caches[0].Past.Name);
            Adapters = AdapterSet.Beside(session, modelFile);
        }
        catch
        {
            session.Dispose();
            throw;
        }

        long rowBytes = Traits.AllLogits ? (long)Signature.VocabularySize * Signature.Logits.ElementSize : 1;
        PrefillChunk = (int)Math.Clamp(LogitsBytesPerChunk / rowBytes / SmallestChunk * SmallestChunk, SmallestChunk, _device.IsCpu ? LargestChunk : LargestChunkOfDevice);
    }

    /// <summary>The session of ONNX Runtime.</summary>
    public InferenceSession Native { get; }

    /// <summary>Inputs and outputs.</summary>
    public DecoderSignature Signature { get; }

    /// <summary>How the graph treats caches and logits.</summary>
    public GraphTraits Traits { get; }

    /// <summary>What can be switched on for a sequence.</summary>
    public AdapterSet Adapters { get; }

    /// <summary>Most tokens of one text.</summary>
    public int ContextLength { get; }

    /// <summary>The graph's file, for messages.</summary>
    public string ModelFile { get; }

    /// <summary>
    /// Tokens of a prompt that one run takes: chunks begin at multiples of this, so that the same prompt is always evaluated
    /// in the same pieces and its keys and values are the same to the bit.
    /// </summary>
    public int PrefillChunk { get; internal set; }

    /// <summary>Completed when the native session was freed.</summary>
    public Task Freed => _freed.Task;

    /// <summary>Where the caches lie.</summary>
    public DecoderDevice Device => _device;

    /// <summary>Starts a text without tokens.</summary>
    /// <param name="capacity">Tokens to make room for.</param>
    /// <param name="adapter">One of this session's adapters; null: none.</param>
    /// <exception cref="ObjectDisposedException">The session was disposed.</exception>
    public DecoderSequence CreateSequence(int capacity, LoadedAdapter? adapter = null)
    {
        ObjectDisposedException.ThrowIf(!TryAcquire(), this);
        try
        {
            return new DecoderSequence(this, capacity, adapter);
        }
        catch
        {
            Release();
            throw;
        }
    }

    /// <summary>Lets go of the owner's share; sequences in use keep the native session until they are disposed.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            Release();
        }
    }

    /// <summary>Lets go of one share.</summary>
    internal void Release()
    {
        if (Interlocked.Decrement(ref _references) == 0)
        {
            Adapters.Dispose();
            _device.Dispose();
            Native.Dispose();
            _freed.TrySetResult();
        }
    }

    private bool TryAcquire()
    {
        for (int seen = Volatile.Read(ref _references); seen > 0 && Volatile.Read(ref _disposed) == 0; seen = Volatile.Read(ref _references))
        {
            if (Interlocked.CompareExchange(ref _references, seen + 1, seen) == seen)
            {
                return true;
            }
        }

        return false;
    }
}
