using ModelPack.Runtime.Sessions;

namespace ModelPack.Runtime.Generation;

/// <summary>
/// Keeps the caches of the last text, so that a next prompt with the same beginning need not evaluate it again. Only whole
/// chunks of a prompt are taken over: evaluating them again would give the same bits, so the text generated is the same.
/// Thread-safe.
/// </summary>
/// <param name="session">What the texts run on.</param>
/// <param name="keeps">Whether anything is kept at all.</param>
internal sealed class SequencePool(DecoderSession session, bool keeps) : IDisposable
{
    private DecoderSequence? _kept;
    private volatile bool _disposed;

    /// <summary>A sequence that holds a beginning of the prompt, perhaps none of it; never all of it.</summary>
    /// <param name="prompt">At least one token.</param>
    /// <param name="capacity">Tokens to make room for.</param>
    /// <param name="adapter">The adapter of the text: keys and values of another one are of no use.</param>
    public DecoderSequence Take(ReadOnlySpan<int> prompt, int capacity, LoadedAdapter? adapter = null)
    {
        ObjectDisposedException.ThrowIf(_disposed, typeof(PackedModel));
        var sequence = Interlocked.Exchange(ref _kept, null);
        if (sequence is not null && sequence.Adapter != adapter)
        {
            Keep(sequence, replace: false);
            sequence = null;
        }

        if (sequence is null)
        {
            return session.CreateSequence(capacity, adapter);
        }

        int common = sequence.Tokens[..sequence.ReusableLength].CommonPrefixLength(prompt[..^1]);
        sequence.Truncate(common / session.PrefillChunk * session.PrefillChunk);
        return sequence;
    }

    /// <summary>Takes a sequence back: keeps it in place of the one before, or disposes it.</summary>
    public void Return(DecoderSequence sequence)
    {
        if (!keeps || sequence.IsAborted)
        {
            sequence.Dispose();
            return;
        }

        Keep(sequence, replace: true);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _disposed = true;
        Interlocked.Exchange(ref _kept, null)?.Dispose();
    }

    private void Keep(DecoderSequence sequence, bool replace)
    {
        DecoderSequence? other = replace ? Interlocked.Exchange(ref _kept, sequence) : Interlocked.CompareExchange(ref _kept, sequence, null) is null ? null : sequence;
        other?.Dispose();
        if (_disposed)
        {
            Interlocked.Exchange(ref _kept, null)?.Dispose();
        }
    }
}
