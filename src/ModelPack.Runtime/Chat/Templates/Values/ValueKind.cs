namespace ModelPack.Runtime.Chat.Templates.Values;

/// <summary>What a <see cref="Value"/> holds.</summary>
internal enum ValueKind : byte
{
    /// <summary>Nothing at all: a variable not set yet, an argument not given. Never seen by a template.</summary>
    Missing,
    Undefined,
    None,
    Boolean,
    Integer,
    BigInteger,
    Float,
    Text,

    /// <summary>Text marked safe: joined with other text it HTML-escapes that.</summary>
    Markup,
    List,
    Tuple,
    Dict,
    Object,
}
