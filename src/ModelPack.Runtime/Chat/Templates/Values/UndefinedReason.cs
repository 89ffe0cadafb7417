namespace ModelPack.Runtime.Chat.Templates.Values;

/// <summary>Why a value is undefined: the message of the error that using it gives. The text is made only when needed.</summary>
internal sealed class UndefinedReason
{
    private readonly Func<string> _message;

    private UndefinedReason(Func<string> message) => _message = message;

    public string Message => _message();

    public static UndefinedReason Because(string message) => new(() => message);

    public static UndefinedReason Name(string name) => new(() => $"'{name}' is undefined");

    public static UndefinedReason Member(string owner, string name) => new(() => $"'{owner}' has no attribute '{name}'");

    public static UndefinedReason Element(string owner, string key) => new(() => $"{owner} has no element {key}");

    public static UndefinedReason Unsafe(string owner, string name) =>
        new(() => $"access to attribute '{name}' of '{owner}' object is unsafe");
}
