using Microsoft.ML.OnnxRuntime;

namespace ModelPack.Runtime.Sessions;

/// <summary>
/// A graph that is no decoder, ready to run. Thread-safe. Counted: the native session is freed when its owner and every run in
/// progress let go.
/// </summary>
/// <param name="session">Owned from here on.</param>
/// <param name="file">The graph's file, for messages.</param>
internal sealed class GraphSession(InferenceSession session, string file) : IDisposable
{
    private readonly TaskCompletionSource _freed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _references = 1;
    private int _disposed;

    /// <summary>The session of ONNX Runtime; used while a share is held.</summary>
    public InferenceSession Native { get; } = session;

    /// <summary>The graph's file, for messages.</summary>
    public string File { get; } = file;

    /// <summary>Completed when the native session was freed.</summary>
    public Task Freed => _freed.Task;

    /// <summary>Takes a share; the caller disposes it.</summary>
    /// <exception cref="ObjectDisposedException">The session was disposed.</exception>
    public Share Use()
    {
        for (int seen = Volatile.Read(ref _references); seen > 0 && Volatile.Read(ref _disposed) == 0; seen = Volatile.Read(ref _references))
        {
            if (Interlocked.CompareExchange(ref _references, seen + 1, seen) == seen)
            {
                return new Share(this);
            }
        }

        throw new ObjectDisposedException(nameof(PackedModel));
    }

    /// <summary>Lets go of the owner's share.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            Release();
        }
    }

    private void Release()
    {
        if (Interlocked.Decrement(ref _references) == 0)
        {
            Native.Dispose();
            _freed.TrySetResult();
        }
    }

    /// <summary>One share; disposed once.</summary>
    public readonly struct Share(GraphSession session) : IDisposable
    {
        /// <inheritdoc/>
        public void Dispose() => session.Release();
    }
}
