using System.Numerics;
using ModelPack.Runtime.Chat.Templates.Text;

namespace ModelPack.Runtime.Chat.Templates.Values;

/// <summary>Python's <c>==</c>, <c>&lt;</c> and <c>in</c>.</summary>
internal static class Comparison
{
    public static bool AreEqual(Meter meter, in Value left, in Value right)
    {
        if (left.IsText && right.IsText)
        {
            meter.Scan(Math.Min(left.Text.Length, right.Text.Length));
            return string.Equals(left.Text, right.Text, StringComparison.Ordinal);
        }

        if (left.IsNumber && right.IsNumber)
        {
            return CompareNumbers(left, right) == 0;
        }

        if (left.Kind != right.Kind)
        {
            return false;
        }

        return left.Kind switch
        {
            ValueKind.List or ValueKind.Tuple => AreEqual(meter, left.Items, right.Items),
            ValueKind.Dict => AreEqual(meter, left.Dict, right.Dict),
            ValueKind.Object => ReferenceEquals(left.Object, right.Object) || left.Object.Equals(right.Object),
            _ => true,
        };
    }

    /// <summary>
    /// The order of two values: negative, zero or positive; null when one of them is not a number (NaN).
    /// </summary>
    /// <param name="meter">Charged with the work.</param>
    /// <param name="left">First value.</param>
    /// <param name="right">Second value.</param>
    /// <param name="symbol">The operator, for the message of the fault when the types have no order.</param>
    public static int? Order(Meter meter, in Value left, in Value right, string symbol = "<")
    {
        if (left.IsText && right.IsText)
        {
            meter.Scan(Math.Min(left.Text.Length, right.Text.Length));
            return CompareCodePoints(left.Text, right.Text);
        }

        if (left.IsNumber && right.IsNumber)
        {
            return CompareNumbers(left, right);
        }

        if (left.IsSequence && left.Kind == right.Kind)
        {
            return Order(meter, left.Items, right.Items, symbol);
        }

        Value undefined = left.IsUndefined ? left : right;
        throw TemplateFault.Evaluation(undefined.IsUndefined
            ? undefined.Reason.Message
            : $"'{symbol}' not supported between instances of '{left.TypeName}' and '{right.TypeName}'");
    }

    public static bool Contains(RenderState state, in Value container, in Value item)
    {
        switch (container.Kind)
        {
            case ValueKind.Text or ValueKind.Markup:
                if (!item.IsText)
                {
                    throw TemplateFault.Evaluation(item.IsUndefined
                        ? item.Reason.Message
                        : $"'in <string>' requires string as left operand, not {item.TypeName}");
                }

                return TextSearch.IndexOf(state.Meter, container.Text, item.Text, 0) >= 0;
            case ValueKind.Dict:
                return container.Dict.TryGet(state.Meter, item, out _);
            default:
                if (Iteration.TryOf(state, container) is not { } items)
                {
                    throw TemplateFault.Evaluation($"argument of type '{container.TypeName}' is not iterable");
                }

                while (items.MoveNext())
                {
                    state.Meter.Step();
                    if (AreEqual(state.Meter, items.Current, item))
                    {
                        return true;
                    }
                }

                return false;
        }
    }

    /// <summary>Order by code points, which differs from the order of UTF-16 units where surrogates meet U+E000 and above.</summary>
    public static int CompareCodePoints(string left, string right)
    {
        int same = left.AsSpan().CommonPrefixLength(right);
        if (same == left.Length || same == right.Length)
        {
            return left.Length.CompareTo(right.Length);
        }

        char a = left[same];
        char b = right[same];
        return char.IsSurrogate(a) == char.IsSurrogate(b) ? a.CompareTo(b) : char.IsSurrogate(a) ? 1 : -1;
    }

    private static bool AreEqual(Meter meter, Value[] left, Value[] right)
    {
        if (left.Length != right.Length)
        {
            return false;
        }

        meter.EnterData();
        meter.Work(left.Length);
        for (int i = 0; i < left.Length; i++)
        {
            if (!AreEqual(meter, left[i], right[i]))
            {
                meter.LeaveData();
                return false;
            }
        }

        meter.LeaveData();
        return true;
    }

    private static bool AreEqual(Meter meter, DictValue left, DictValue right)
    {
        if (left.Count != right.Count)
        {
            return false;
        }

        meter.EnterData();
        meter.Work(left.Count);
        foreach (KeyValuePair<Value, Value> entry in left.Entries)
        {
            if (!right.TryGet(meter, entry.Key, out Value other) || !AreEqual(meter, entry.Value, other))
            {
                meter.LeaveData();
                return false;
            }
        }

        meter.LeaveData();
        return true;
    }

    private static int? Order(Meter meter, Value[] left, Value[] right, string symbol)
    {
        meter.EnterData();
        int shared = Math.Min(left.Length, right.Length);
        meter.Work(shared);
        int? order = null;
        for (int i = 0; i < shared && order is null; i++)
        {
            if (!AreEqual(meter, left[i], right[i]))
            {
                order = Order(meter, left[i], right[i], symbol);
            }
        }

        meter.LeaveData();
        return order ?? left.Length.CompareTo(right.Length);
    }

    private static int? CompareNumbers(in Value left, in Value right)
    {
        if (left.Kind != ValueKind.Float && right.Kind != ValueKind.Float)
        {
            return left.Kind == ValueKind.BigInteger || right.Kind == ValueKind.BigInteger
                ? left.Whole.CompareTo(right.Whole)
                : left.Integer.CompareTo(right.Integer);
        }

        if (left.Kind == right.Kind)
        {
            return CompareFloats(left.Float, right.Float);
        }

        return left.Kind == ValueKind.Float ? CompareToWhole(left.Float, right.Whole) : -CompareToWhole(right.Float, left.Whole);
    }

    private static int? CompareFloats(double left, double right) =>
        double.IsNaN(left) || double.IsNaN(right) ? null : left.CompareTo(right);

    private static int? CompareToWhole(double left, BigInteger right)
    {
        if (!double.IsFinite(left))
        {
            return double.IsNaN(left) ? null : Math.Sign(left);
        }

        int order = new BigInteger(left).CompareTo(right);
        return order != 0 ? order : (left - Math.Truncate(left)).CompareTo(0);
    }
}
