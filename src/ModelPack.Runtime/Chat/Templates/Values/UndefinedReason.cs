namespace ModelPack.Runtime.Chat.Templates.Values;

/// <summary>
/// Why a value is undefined: the message of the error that using it gives. The text is made only when needed, and nothing else before: templates look
/// for fields that are not there in every item of a long list.
/// </summary>
internal sealed class UndefinedReason
{
    private readonly Func<UndefinedReason, string> _message;
    private readonly Value _owner;
    private readonly string _name;
    private readonly string _other;

    private UndefinedReason(Func<UndefinedReason, string> message, in Value owner, string name, string other = "")
    {
        _message = message;
        _owner = owner;
        _name = name;
        _other = other;
    }

    public string Message => _message(this);

    public static UndefinedReason Because(string message) => new(static reason => reason._name, default, message);

    public static UndefinedReason Name(string name) => new(static reason => $"'{reason._name}' is undefined", default, name);

    public static UndefinedReason Member(in Value owner, string name) => new(static reason => $"'{Describe(reason._owner)}' has no attribute '{reason._name}'", owner, name);

    public static UndefinedReason Element(in Value owner, string key) => new(static reason => $"{Describe(reason._owner)} has no element {reason._name}", owner, key);

    public static UndefinedReason Unsafe(string owner, string name) =>
        new(static reason => $"access to attribute '{reason._name}' of '{reason._other}' object is unsafe", default, name, owner);

    private static string Describe(in Value target) => target.IsNone ? "None" : target.TypeName + " object";
}
