using Microsoft.Extensions.AI;
using ModelPack.Runtime.Chat;

namespace ModelPack.Runtime;

/// <content>Chatting.</content>
public sealed partial class PackedModel
{
    /// <summary>
    /// A chat client of this model: thread-safe, any number of requests at once. The caller disposes it before the model;
    /// disposing it leaves the model open.
    /// </summary>
    /// <remarks>
    /// <list type="bullet">
    /// <item>All messages of a request go through the model's own chat template; <see cref="ChatOptions.Instructions"/> become
    /// a system message in front. Text only: other content is refused with MPK4306. Template variables may come in the additional property <c>chat_template_kwargs</c>.</item>
    /// <item>Honoured: Temperature, TopP, TopK, FrequencyPenalty, PresencePenalty, Seed, MaxOutputTokens, StopSequences, and the
    /// additional properties <c>min_p</c>, <c>repetition_penalty</c> and <c>adapter</c> (see <see cref="Chat.ChatOptionsAdapter"/>); see <see cref="Generation.GenerationOptions"/> for
    /// defaults and when tokens are drawn. <see cref="ChatOptions.RawRepresentationFactory"/> may give
    /// <see cref="Generation.GenerationOptions"/> as the base.</item>
    /// <item>Refused: tools (MPK4307), JSON and JSON schema (MPK4308), stored conversations (MPK4309), another model (MPK4310).</item>
    /// <item>The last update, and the whole response, carry usage, finish reason and the
    /// <see cref="Generation.GenerationSummary"/> as raw representation.</item>
    /// </list>
    /// </remarks>
    /// <exception cref="ModelPackException">MPK4305: the model has no chat template; MPK4505: it is no language model.</exception>
    public IChatClient AsIChatClient()
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        _ = Session;
        return new PackedModelChatClient(this);
    }
}
