using System.Runtime.CompilerServices;
using System.Threading.Channels;
using ModelPack.Runtime.Generation;

namespace ModelPack.Runtime;

/// <content>Generating text.</content>
public sealed partial class PackedModel
{
    /// <summary>
    /// Continues a text, on the calling thread: each piece is generated when it is asked for. Ending the enumeration early
    /// gives everything back.
    /// </summary>
    /// <param name="prompt">The text; the tokenizer adds what the model expects in front (for instance a begin token).</param>
    /// <param name="options">Null: as the model's makers configured it.</param>
    /// <param name="cancellationToken">Ends the generation between tokens and within the evaluation of the prompt.</param>
    /// <returns>At least one piece; the last one has the summary.</returns>
    /// <exception cref="ModelPackException">MPK4301-MPK4304, MPK4312: the options or the prompt cannot be used; MPK4011: the adapter is another model's; MPK4009, MPK4010, MPK4311 while generating.</exception>
    public IEnumerable<GeneratedPiece> Generate(string prompt, GenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        return Enumerate(CreateRequest(Tokenizer.Encode(prompt), options, continuesText: true), cancellationToken);
    }

    /// <summary>Continues token ids, on the calling thread; the output begins a text of its own.</summary>
    /// <inheritdoc cref="Generate(string, GenerationOptions?, CancellationToken)"/>
    /// <param name="promptIds">At least one token id; copied.</param>
    /// <param name="options">Null: as the model's makers configured it.</param>
    /// <param name="cancellationToken">Ends the generation between tokens and within the evaluation of the prompt.</param>
    public IEnumerable<GeneratedPiece> Generate(ReadOnlySpan<int> promptIds, GenerationOptions? options = null, CancellationToken cancellationToken = default) =>
        Enumerate(CreateRequest(promptIds.ToArray(), options, continuesText: false), cancellationToken);

    /// <summary>Continues a text, on a thread of its own.</summary>
    /// <inheritdoc cref="Generate(string, GenerationOptions?, CancellationToken)"/>
    public IAsyncEnumerable<GeneratedPiece> GenerateAsync(string prompt, GenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        return Stream(CreateRequest(Tokenizer.Encode(prompt), options, continuesText: true), cancellationToken);
    }

    /// <summary>Continues token ids, on a thread of its own; the output begins a text of its own.</summary>
    /// <inheritdoc cref="Generate(ReadOnlySpan{int}, GenerationOptions?, CancellationToken)"/>
    public IAsyncEnumerable<GeneratedPiece> GenerateAsync(ReadOnlySpan<int> promptIds, GenerationOptions? options = null, CancellationToken cancellationToken = default) =>
        Stream(CreateRequest(promptIds.ToArray(), options, continuesText: false), cancellationToken);

    /// <summary>Evaluates tokens and shows the logits after each of them; for measurements of a model.</summary>
    /// <param name="ids">At least one token id, at most <see cref="ContextLength"/>.</param>
    /// <param name="visit">Called once a token, in order, on the calling thread.</param>
    /// <param name="cancellationToken">Looked at between chunks of tokens.</param>
    /// <exception cref="ModelPackException">MPK4302-MPK4304: the tokens cannot be used; MPK4009, MPK4010 while evaluating.</exception>
    public void Score(ReadOnlySpan<int> ids, LogitsVisitor visit, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(visit);
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        RequireUsable(ids, ContextLength);
        using var sequence = Session.CreateSequence(ids.Length);
        if (Session.Traits.AllLogits)
        {
            sequence.Append(ids, cancellationToken, first =>
            {
                for (int row = 0; row < sequence.LogitsRows; row++)
                {
                    visit(first + row, sequence.Logits(row));
                }
            });
            return;
        }

        for (int i = 0; i < ids.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            sequence.Append(ids[i]);
            visit(i, sequence.Logits());
        }
    }

    /// <summary>Checks a request and resolves its defaults.</summary>
    internal GenerationRequest CreateRequest(int[] prompt, GenerationOptions? options, bool continuesText)
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        options ??= GenerationOptions.Default;
        options.Validate();
        RequireUsable(prompt, ContextLength - 1);
        return new GenerationRequest
        {
            Prompt = prompt,
            ContinuesText = continuesText,
            MaxTokens = Math.Min(options.MaxTokens ?? int.MaxValue, ContextLength - prompt.Length),
            Sampling = _information.Defaults.Resolve(options),
            Seed = (ulong)(options.Seed ?? Random.Shared.NextInt64()),
            StopStrings = [.. options.StopStrings],
            EndOfTextIds = options.IgnoreEndOfText ? [] : EndOfTextIds,
            VocabularySize = VocabularySize,
            Adapter = Session.Adapters.Get(options.Adapter, Name),
            Tokenizer = Tokenizer,
        };
    }

    /// <summary>Generates on a thread of its own; a consumer that stops early ends it.</summary>
    internal async IAsyncEnumerable<GeneratedPiece> Stream(GenerationRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pieces = Channel.CreateUnbounded<GeneratedPiece>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var producer = Task.Factory.StartNew(() => Produce(request, pieces.Writer, stop.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            await foreach (var piece in pieces.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return piece;
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await producer.ConfigureAwait(false);
        }
    }

    private IEnumerable<GeneratedPiece> Enumerate(GenerationRequest request, CancellationToken cancellationToken)
    {
        using var generation = new TextGeneration(request, Sequences, _closing.Token, cancellationToken);
        while (generation.MoveNext())
        {
            yield return generation.Current;
        }
    }

    private void Produce(GenerationRequest request, ChannelWriter<GeneratedPiece> pieces, CancellationToken cancellationToken)
    {
        Exception? failure = null;
        try
        {
            using var generation = new TextGeneration(request, Sequences, _closing.Token, cancellationToken);
            while (generation.MoveNext())
            {
                pieces.TryWrite(generation.Current);
            }
        }
        catch (Exception cause)
        {
            failure = cause;
        }

        pieces.Complete(failure);
    }

    private void RequireUsable(ReadOnlySpan<int> prompt, int longest)
    {
        if (prompt.IsEmpty)
        {
            throw new ModelPackException(RuntimeErrors.EmptyPrompt, "The prompt has no tokens; give at least one character or token id.");
        }

        if (prompt.Length > longest)
        {
            throw new ModelPackException(
                RuntimeErrors.PromptTooLong,
                $"The prompt has {prompt.Length} tokens, but {Name} takes at most {longest} (its context of {ContextLength} holds the prompt and the answer); shorten it.");
        }

        foreach (int id in prompt)
        {
            if ((uint)id >= (uint)VocabularySize)
            {
                throw new ModelPackException(RuntimeErrors.UnknownToken, $"The prompt has the token id {id}, but {Name} knows 0 to {VocabularySize - 1}.");
            }
        }
    }
}
