using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.AI;
using ModelPack.Runtime.Generation;

namespace ModelPack.Runtime.Chat;

/// <summary>Turns the options of a chat request into <see cref="GenerationOptions"/>, refusing what cannot be honoured.</summary>
internal static class ChatOptionsMapping
{
    /// <summary>Settings without a property of their own: the names other servers and clients give them.</summary>
    private static readonly string[] MinPNames = ["min_p", "MinP"];

    private static readonly string[] RepetitionPenaltyNames = ["repetition_penalty", "RepetitionPenalty"];

    /// <summary>
    /// The generation options; what the request leaves open comes from <see cref="ChatOptions.RawRepresentationFactory"/> when
    /// that makes <see cref="GenerationOptions"/>, else from the model.
    /// </summary>
    /// <param name="options">Not changed.</param>
    /// <param name="client">Given to the factory.</param>
    /// <param name="modelName">The model that answers.</param>
    public static GenerationOptions Map(ChatOptions? options, IChatClient client, string modelName)
    {
        if (options is null)
        {
            return GenerationOptions.Default;
        }

        RefuseUnsupported(options, modelName);
        var given = options.RawRepresentationFactory?.Invoke(client) as GenerationOptions ?? GenerationOptions.Default;
        return given with
        {
            MaxTokens = options.MaxOutputTokens ?? given.MaxTokens,
            Temperature = options.Temperature ?? given.Temperature,
            TopK = options.TopK ?? given.TopK,
            TopP = options.TopP ?? given.TopP,
            MinP = Number(options, MinPNames) ?? given.MinP,
            RepetitionPenalty = Number(options, RepetitionPenaltyNames) ?? given.RepetitionPenalty,
            PresencePenalty = options.PresencePenalty ?? given.PresencePenalty,
            FrequencyPenalty = options.FrequencyPenalty ?? given.FrequencyPenalty,
            Adapter = options.GetAdapter() ?? given.Adapter,
            Seed = options.Seed ?? given.Seed,
            StopStrings = options.StopSequences is { Count: > 0 } stops ? [.. stops] : given.StopStrings,
        };
    }

    private static void RefuseUnsupported(ChatOptions options, string modelName)
    {
        if (options.Tools is { Count: > 0 } && options.ToolMode is not NoneChatToolMode)
        {
            throw new ModelPackException(RuntimeErrors.ToolsNotSupported, "Tools are not supported yet; leave ChatOptions.Tools empty, or set ToolMode to None.");
        }

        if (options.ResponseFormat is ChatResponseFormatJson)
        {
            throw new ModelPackException(RuntimeErrors.FormatNotSupported, "JSON and JSON schema as response format are not supported yet; ask for text.");
        }

        if (options.ConversationId is not null || options.ContinuationToken is not null)
        {
            throw new ModelPackException(
                RuntimeErrors.StatefulNotSupported,
                "Conversations are not stored: leave ChatOptions.ConversationId and ContinuationToken null and send all messages with each request.");
        }

        if (options.ModelId is { } other && !string.Equals(other, modelName, StringComparison.OrdinalIgnoreCase))
        {
            throw new ModelPackException(RuntimeErrors.OtherModelAsked, $"The request asks for the model '{other}', but this client runs '{modelName}'; leave ChatOptions.ModelId null or open that model.");
        }
    }

    private static float? Number(ChatOptions options, string[] names)
    {
        foreach (string name in names)
        {
            if (options.AdditionalProperties?.TryGetValue(name, out object? value) == true && value is not null)
            {
                return Number(name, value);
            }
        }

        return null;
    }

    private static float Number(string name, object value)
    {
        try
        {
            return value is JsonElement json ? json.GetSingle() : Convert.ToSingle(value, CultureInfo.InvariantCulture);
        }
        catch (Exception cause) when (cause is InvalidCastException or FormatException or OverflowException or InvalidOperationException)
        {
            throw new ModelPackException(RuntimeErrors.OptionOutOfRange, $"The additional property {name} is '{value}'; it must be a number.", cause);
        }
    }
}
