using System.Text.Json;
using Microsoft.Extensions.AI;

namespace ModelPack.Runtime.Chat;

/// <summary>The adapter that a chat request switches on, kept in its additional properties.</summary>
public static class ChatOptionsAdapter
{
    /// <summary>Name of the additional property; its value is a text.</summary>
    public const string PropertyName = "adapter";

    /// <summary>Asks for one of <see cref="PackedModel.Adapters"/>.</summary>
    /// <param name="options">Changed and returned.</param>
    /// <param name="name">The adapter; null: what the options say otherwise, empty: none.</param>
    public static ChatOptions WithAdapter(this ChatOptions options, string? name)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.AdditionalProperties ??= [];
        options.AdditionalProperties[PropertyName] = name;
        return options;
    }

    /// <summary>The adapter that options ask for; null: they do not say.</summary>
    /// <exception cref="ModelPackException">MPK4301: the property is no text.</exception>
    public static string? GetAdapter(this ChatOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.AdditionalProperties?.GetValueOrDefault(PropertyName) switch
        {
            null => null,
            string name => name,
            JsonElement { ValueKind: JsonValueKind.String } json => json.GetString(),
            JsonElement { ValueKind: JsonValueKind.Null } => null,
            var other => throw new ModelPackException(RuntimeErrors.OptionOutOfRange, $"The additional property {PropertyName} is '{other}'; it must be the name of an adapter."),
        };
    }
}
