using System.Numerics;
using System.Text;
using ModelPack.Runtime.Chat.Templates.Text;
using ModelPack.Runtime.Chat.Templates.Values;

namespace ModelPack.Runtime.Chat.Templates.Library;

/// <summary>Reads the arguments of built-in functions: what has another type is a fault.</summary>
internal static class Argument
{
    public static string Text(in Value value, string function)
    {
        RequireDefined(value);
        return value.IsText
            ? value.Text
            : throw TemplateFault.Evaluation($"{function}() needs a str, not {value.TypeName}");
    }

    public static long Whole(in Value value)
    {
        BigInteger whole = BigWhole(value);
        return whole >= long.MinValue && whole <= long.MaxValue
            ? (long)whole
            : throw TemplateFault.Evaluation("an integer is too large for an index");
    }

    public static long Whole(in Value value, long whenMissing) => value.IsMissing ? whenMissing : Whole(value);

    /// <summary>A bound of a slice: integers beyond any length mean the end.</summary>
    public static long Clamped(in Value value) => (long)BigInteger.Clamp(BigWhole(value), int.MinValue, int.MaxValue);

    /// <summary>The character of a code point.</summary>
    public static string Character(in Value value)
    {
        BigInteger code = BigWhole(value);
        return code >= 0 && code <= 0x10FFFF
            ? new StringBuilder().AppendCodePoint((int)code).ToString()
            : throw TemplateFault.Evaluation("a character's number is not in range(0x110000)");
    }

    /// <summary>A part of something of a length, from the optional arguments <c>start</c> and <c>stop</c>; negative ones count from the end.</summary>
    public static (int Start, int Stop) Bounds(in Value start, in Value stop, int length)
    {
        static int Bound(in Value value, int whenMissing, int length)
        {
            if (value.IsMissing || value.IsNone)
            {
                return whenMissing;
            }

            long index = Clamped(value);
            return (int)Math.Clamp(index < 0 ? index + length : index, 0, length);
        }

        int first = Bound(start, 0, length);
        return (first, Math.Max(first, Bound(stop, length, length)));
    }

    public static bool Flag(in Value value, bool whenMissing = false) => value.IsMissing ? whenMissing : value.IsTrue;

    /// <summary>A text argument as Jinja's filters take it: whatever it is, as it would be printed.</summary>
    public static string Printed(RenderState state, in Value value) => Printer.Text(state.Meter, value);

    public static double Float(in Value value)
    {
        RequireDefined(value);
        return value.IsNumber
            ? Arithmetic.ToFloat(value)
            : throw TemplateFault.Evaluation($"a number is needed, not '{value.TypeName}'");
    }

    public static void RequireDefined(in Value value)
    {
        if (value.IsUndefined)
        {
            throw TemplateFault.Evaluation(value.Reason.Message);
        }
    }

    private static BigInteger BigWhole(in Value value)
    {
        RequireDefined(value);
        return value.IsWhole
            ? value.Whole
            : throw TemplateFault.Evaluation($"'{value.TypeName}' object cannot be interpreted as an integer");
    }
}
