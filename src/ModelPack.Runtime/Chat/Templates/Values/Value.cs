using System.Numerics;

namespace ModelPack.Runtime.Chat.Templates.Values;

/// <summary>
/// One value of a template: Python's None, bool, int, float, str, list, tuple and dict, Jinja's undefined, or an object with
/// its own behaviour. Numbers and booleans need no allocation. Lists, tuples and dicts never change after they are made,
/// because the sandbox refuses every method that would change one.
/// </summary>
internal readonly struct Value
{
    private static readonly string[] TypeNames =
        ["missing", "Undefined", "NoneType", "bool", "int", "int", "float", "str", "Markup", "list", "tuple", "dict", "object"];

    private readonly object? _reference;
    private readonly long _bits;

    private Value(ValueKind kind, object? reference, long bits)
    {
        Kind = kind;
        _reference = reference;
        _bits = bits;
    }

    public static Value None { get; } = new(ValueKind.None, null, 0);

    public static Value True { get; } = new(ValueKind.Boolean, null, 1);

    public static Value False { get; } = new(ValueKind.Boolean, null, 0);

    public static Value EmptyText { get; } = Of("");

    public ValueKind Kind { get; }

    public bool IsMissing => Kind == ValueKind.Missing;

    public bool IsUndefined => Kind == ValueKind.Undefined;

    public bool IsNone => Kind == ValueKind.None;

    public bool IsText => Kind is ValueKind.Text or ValueKind.Markup;

    /// <summary>Whole number: int of any size, or bool, which Python counts among them.</summary>
    public bool IsWhole => Kind is ValueKind.Boolean or ValueKind.Integer or ValueKind.BigInteger;

    public bool IsNumber => IsWhole || Kind == ValueKind.Float;

    /// <summary>List or tuple.</summary>
    public bool IsSequence => Kind is ValueKind.List or ValueKind.Tuple;

    /// <summary>Of a boolean or an integer of 64 bits.</summary>
    public long Integer => _bits;

    public double Float => BitConverter.Int64BitsToDouble(_bits);

    public BigInteger Whole => Kind == ValueKind.BigInteger ? (BigInteger)_reference! : _bits;

    public string Text => (string)_reference!;

    public Value[] Items => (Value[])_reference!;

    public DictValue Dict => (DictValue)_reference!;

    public TemplateObject Object => (TemplateObject)_reference!;

    public UndefinedReason Reason => (UndefinedReason)_reference!;

    /// <summary>Identity, for <c>is sameas</c>.</summary>
    public object? Reference => _reference;

    /// <summary>Python's name of the type.</summary>
    public string TypeName => Kind == ValueKind.Object ? Object.TypeName : TypeNames[(int)Kind];

    public bool IsTrue => Kind switch
    {
        ValueKind.Missing or ValueKind.Undefined or ValueKind.None => false,
        ValueKind.Boolean or ValueKind.Integer => _bits != 0,
        ValueKind.BigInteger => true,
        ValueKind.Float => Float != 0,
        ValueKind.Text or ValueKind.Markup => Text.Length > 0,
        ValueKind.List or ValueKind.Tuple => Items.Length > 0,
        ValueKind.Dict => Dict.Count > 0,
        _ => Object.IsTrue,
    };

    public static Value Of(bool value) => value ? True : False;

    public static Value Of(long value) => new(ValueKind.Integer, null, value);

    public static Value Of(double value) => new(ValueKind.Float, null, BitConverter.DoubleToInt64Bits(value));

    public static Value Of(BigInteger value) =>
        value >= long.MinValue && value <= long.MaxValue ? Of((long)value) : new(ValueKind.BigInteger, value, 0);

    public static Value Of(string text) => new(ValueKind.Text, text, 0);

    public static Value Of(DictValue dict) => new(ValueKind.Dict, dict, 0);

    public static Value Of(TemplateObject value) => new(ValueKind.Object, value, 0);

    public static Value Markup(string text) => new(ValueKind.Markup, text, 0);

    public static Value List(params Value[] items) => new(ValueKind.List, items, 0);

    public static Value Tuple(params Value[] items) => new(ValueKind.Tuple, items, 0);

    public static Value Undefined(UndefinedReason reason) => new(ValueKind.Undefined, reason, 0);

    public static Value Undefined(string message) => Undefined(UndefinedReason.Because(message));

    /// <summary>Text that is marked safe exactly if this text is.</summary>
    public Value WithText(string text) => new(Kind == ValueKind.Markup ? ValueKind.Markup : ValueKind.Text, text, 0);
}
