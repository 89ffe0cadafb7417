using ModelPack.Runtime.Chat.Templates.Values;

namespace ModelPack.Runtime.Chat.Templates.Library;

/// <summary>The methods of numbers.</summary>
internal static class NumberMethods
{
    public static Dictionary<string, Builtin> Whole { get; } = Methods.ToTable(
        new("bit_length", "", (_, a) => Value.Of((long)System.Numerics.BigInteger.Abs(a[0].Whole).GetBitLength())),
        new("conjugate", "", (_, a) => Value.Of(a[0].Whole)));

    public static Dictionary<string, Builtin> Float { get; } = Methods.ToTable(
        new("is_integer", "", (_, a) => Value.Of(Math.Truncate(a[0].Float) == a[0].Float)),
        new("conjugate", "", (_, a) => a[0]));
}
