using System.Diagnostics;
using ModelPack.Runtime.Generation.Sampling;
using ModelPack.Runtime.Sessions;
using ModelPack.Runtime.Tokenization;

namespace ModelPack.Runtime.Generation;

/// <summary>
/// One continuation of a prompt, a piece of text at a time: evaluates the prompt at the first <see cref="MoveNext"/>, then
/// runs a token at a time. Beyond the text it allocates nothing for a token. Not thread-safe; disposing gives the caches back.
/// </summary>
internal sealed class TextGeneration : IDisposable
{
    // Enough to know how the next character continues the prompt's text.
    private const int TokensOfContext = 8;
    private const int FirstCapacity = 256;

    private readonly GenerationRequest _request;
    private readonly SequencePool _pool;
    private readonly DecoderSequence _sequence;
    private readonly Sampler _sampler;
    private readonly StreamingDecoder _decoder;
    private readonly StopMatcher _stops;
    private readonly CancellationToken _cancellationToken;
    private readonly CancellationToken _closing;
    private readonly CancellationTokenRegistration _onCancelled;
    private readonly CancellationTokenRegistration _onClosing;
    private readonly int _cachedTokens;
    private long _started;
    private TimeSpan _timeToFirstToken;
    private int _tokens;
    private int _reportedTokens;
    private int _last = -1;
    private bool _finished;
    private bool _failed;
    private bool _disposed;

    /// <summary>Prepares the continuation; nothing is evaluated yet.</summary>
    /// <param name="request">What to generate.</param>
    /// <param name="pool">Where the caches come from and go to.</param>
    /// <param name="closing">Cancelled when the model is disposed.</param>
    /// <param name="cancellationToken">Ends the generation between tokens and within the evaluation of the prompt.</param>
    public TextGeneration(GenerationRequest request, SequencePool pool, CancellationToken closing, CancellationToken cancellationToken)
    {
        _request = request;
        _pool = pool;
        _cancellationToken = cancellationToken;
        _closing = closing;
        _stops = new StopMatcher(request.StopStrings);
        _sampler = new Sampler(request.Sampling, request.VocabularySize, request.Seed);
        _sampler.AddPrompt(request.Prompt);
        _decoder = request.Tokenizer.CreateStreamingDecoder();
        foreach (int id in request.ContinuesText ? request.Prompt.AsSpan(Math.Max(0, request.Prompt.Length - TokensOfContext)) : [])
        {
            _decoder.Append(id);
        }

        _sequence = pool.Take(request.Prompt, request.Prompt.Length + Math.Min(request.MaxTokens, FirstCapacity), request.Adapter);
        _cachedTokens = _sequence.Length;
        _onCancelled = cancellationToken.UnsafeRegister(static sequence => ((DecoderSequence)sequence!).Abort(), _sequence);
        _onClosing = closing.UnsafeRegister(static sequence => ((DecoderSequence)sequence!).Abort(), _sequence);
    }

    /// <summary>The piece that <see cref="MoveNext"/> made.</summary>
    public GeneratedPiece Current { get; private set; }

    /// <summary>Generates until there is text to show, or the end.</summary>
    /// <returns>False after the last piece.</returns>
    /// <exception cref="OperationCanceledException">The token given was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    /// <exception cref="ModelPackException">MPK4009, MPK4010 or MPK4311.</exception>
    public bool MoveNext()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_finished)
        {
            return false;
        }

        try
        {
            while (!Step())
            {
            }

            return true;
        }
        catch (Exception cause)
        {
            _failed = true;
            if (cause is ModelPackException)
            {
                ThrowIfStopped();
            }

            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        // Waits for callbacks under way, so that nobody aborts a sequence that another text already uses.
        _disposed = true;
        _onCancelled.Dispose();
        _onClosing.Dispose();
        if (_failed)
        {
            _sequence.Dispose();
        }
        else
        {
            _pool.Return(_sequence);
        }
    }

    private bool Step()
    {
        ThrowIfStopped();
        Evaluate();
        _last = _sampler.Next(_sequence.Logits());
        if (_last < 0)
        {
            throw new ModelPackException(
                RuntimeErrors.NotANumber,
                $"The model computed no finite logits for token {_sequence.Length}: its weights are damaged or too large for its activation type; pack it again, or with Target=\"cpu\".");
        }

        if (_tokens++ == 0)
        {
            _timeToFirstToken = Stopwatch.GetElapsedTime(_started);
        }

        if (_request.EndsText(_last))
        {
            return Finish(FinishReason.EndOfText, "");
        }

        string text = _stops.Append(_decoder.Append(_last));
        return _stops.Found is not null ? Finish(FinishReason.StopString, text)
            : _tokens == _request.MaxTokens ? Finish(FinishReason.Length, text)
            : text.Length > 0 && Show(text, null);
    }

    private void Evaluate()
    {
        if (_last >= 0)
        {
            _sequence.Append(_last);
            return;
        }

        _started = Stopwatch.GetTimestamp();
        _sequence.Append(_request.Prompt.AsSpan(_sequence.Length), _cancellationToken);
    }

    private bool Finish(FinishReason reason, string text)
    {
        _finished = true;
        if (_stops.Found is null)
        {
            text += _stops.Append(_decoder.Flush());
            text += _stops.Flush();
        }

        return Show(text, new GenerationSummary(
            _stops.Found is null ? reason : FinishReason.StopString,
            _stops.Found,
            _request.Prompt.Length,
            _cachedTokens,
            _tokens,
            _timeToFirstToken,
            Stopwatch.GetElapsedTime(_started)));
    }

    private bool Show(string text, GenerationSummary? summary)
    {
        Current = new GeneratedPiece(text, _tokens - _reportedTokens, summary);
        _reportedTokens = _tokens;
        return true;
    }

    private void ThrowIfStopped()
    {
        _cancellationToken.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(_closing.IsCancellationRequested, typeof(PackedModel));
    }
}
