using System.Text;
using Microsoft.Extensions.AI;
using ModelPack.Runtime;
using ModelPack.Runtime.Generation;
using ModelPack.Tool.Rendering;

namespace ModelPack.Tool.Chatting;

/// <summary>A model and what was said so far; a raw one has no memory and no template.</summary>
internal sealed class Conversation
{
    private readonly PackedModel _model;
    private readonly GenerationOptions _options;
    private readonly IChatClient? _client;
    private readonly List<ChatMessage> _messages = [];
    private readonly string? _system;

    private Conversation(PackedModel model, GenerationOptions options, string? system, IChatClient? client)
    {
        _model = model;
        _options = options;
        _system = system;
        _client = client;
        Clear();
    }

    /// <summary>Begins with the model's chat template, or raw when that is asked for or there is none.</summary>
    public static Conversation Begin(PackedModel model, GenerationOptions options, string? system, bool raw, ToolConsole console)
    {
        if (!raw && model.ChatTemplate is null)
        {
            console.Message($"{model.Name} has no chat template: the prompt is continued as it stands.");
            raw = true;
        }

        if (raw && system is not null)
        {
            console.Message("The system message is left out: without a chat template there is no place for it.");
        }

        return new Conversation(model, options, system, raw ? null : model.AsIChatClient());
    }

    /// <summary>Forgets what was said.</summary>
    public void Clear()
    {
        _messages.Clear();
        if (_system is not null)
        {
            _messages.Add(new ChatMessage(ChatRole.System, _system));
        }
    }

    /// <summary>Says <paramref name="prompt"/>, writes the answer to <paramref name="output"/> as it comes, and remembers both once it is complete.</summary>
    public async Task<Answer> SayAsync(string prompt, TextWriter? output, CancellationToken token)
    {
        var text = new StringBuilder();
        GenerationSummary? summary = null;
        List<ChatMessage> messages = [.. _messages, new ChatMessage(ChatRole.User, prompt)];
        await foreach ((string piece, GenerationSummary? end) in StreamAsync(prompt, messages, token).ConfigureAwait(false))
        {
            text.Append(piece);
            summary = end ?? summary;
            if (output is not null && piece.Length > 0)
            {
                await output.WriteAsync(piece).ConfigureAwait(false);
                await output.FlushAsync(token).ConfigureAwait(false);
            }
        }

        if (_client is not null)
        {
            _messages.Clear();
            _messages.AddRange([.. messages, new ChatMessage(ChatRole.Assistant, text.ToString())]);
        }

        return new Answer(text.ToString(), summary!);
    }

    private async IAsyncEnumerable<(string Text, GenerationSummary? Summary)> StreamAsync(
        string prompt, List<ChatMessage> messages, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken token)
    {
        if (_client is null)
        {
            await foreach (GeneratedPiece piece in _model.GenerateAsync(prompt, _options, token).ConfigureAwait(false))
            {
                yield return (piece.Text, piece.Summary);
            }

            yield break;
        }

        var options = new ChatOptions { RawRepresentationFactory = _ => _options };
        await foreach (ChatResponseUpdate update in _client.GetStreamingResponseAsync(messages, options, token).ConfigureAwait(false))
        {
            yield return (update.Text, update.RawRepresentation as GenerationSummary);
        }
    }
}
