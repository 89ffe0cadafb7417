using System.Globalization;
using System.Numerics;
using ModelPack.Runtime.Chat.Templates.Text;

namespace ModelPack.Runtime.Chat.Templates.Values;

/// <summary>Python's arithmetic operators over integers of any size, floats, texts and lists.</summary>
internal static class Arithmetic
{
    /// <summary>Largest integer that a product or power may give; twice what can be printed.</summary>
    private const long MaxBits = 1 << 15;

    private const int DigitsPerStep = 16;

    /// <summary>No integer of more bits fits into a double.</summary>
    private const int MaxFloatBits = 1024;

    public static Value Add(RenderState state, in Value left, in Value right)
    {
        if (left.IsText && right.IsText)
        {
            return Concatenate(state, left, right);
        }

        if (left.Kind == ValueKind.Integer && right.Kind == ValueKind.Integer)
        {
            long sum = unchecked(left.Integer + right.Integer);
            return ((left.Integer ^ sum) & (right.Integer ^ sum)) < 0 ? Value.Of(left.Whole + right.Whole) : Value.Of(sum);
        }

        if (left.IsNumber && right.IsNumber)
        {
            return left.IsWhole && right.IsWhole ? Value.Of(left.Whole + right.Whole) : Value.Of(ToFloat(left) + ToFloat(right));
        }

        if (left.IsSequence && left.Kind == right.Kind)
        {
            state.Meter.Items((long)left.Items.Length + right.Items.Length);
            Value[] items = [.. left.Items, .. right.Items];
            return left.Kind == ValueKind.List ? Value.List(items) : Value.Tuple(items);
        }

        throw Unsupported("+", left, right);
    }

    public static Value Subtract(RenderState state, in Value left, in Value right) =>
        !left.IsNumber || !right.IsNumber ? throw Unsupported("-", left, right)
        : left.IsWhole && right.IsWhole ? Value.Of(left.Whole - right.Whole)
        : Value.Of(ToFloat(left) - ToFloat(right));

    public static Value Multiply(RenderState state, in Value left, in Value right)
    {
        if (left.IsNumber && right.IsNumber)
        {
            return !left.IsWhole || !right.IsWhole
                ? Value.Of(ToFloat(left) * ToFloat(right))
                : Value.Of(Product(state.Meter, left.Whole, right.Whole));
        }

        (Value body, Value count) = left.IsWhole ? (right, left) : (left, right);
        if (!count.IsWhole || !(body.IsText || body.IsSequence))
        {
            throw Unsupported("*", left, right);
        }

        long times = (long)BigInteger.Clamp(count.Whole, 0, int.MaxValue);
        if (body.IsText)
        {
            state.Meter.Text(body.Text.Length * times);
            return body.WithText(string.Concat(Enumerable.Repeat(body.Text, (int)times)));
        }

        state.Meter.Items(body.Items.Length * times);
        var items = new Value[body.Items.Length * times];
        for (int i = 0; i < items.Length; i++)
        {
            items[i] = body.Items[i % body.Items.Length];
        }

        return body.Kind == ValueKind.List ? Value.List(items) : Value.Tuple(items);
    }

    public static Value Divide(RenderState state, in Value left, in Value right)
    {
        RequireNumbers("/", left, right);
        return Value.Of(ToFloat(left) / NotZero(ToFloat(right)));
    }

    public static Value FloorDivide(RenderState state, in Value left, in Value right)
    {
        RequireNumbers("//", left, right);
        if (!left.IsWhole || !right.IsWhole)
        {
            double divisor = NotZero(ToFloat(right));
            double dividend = ToFloat(left);
            double floor = Math.Round((dividend - FloatModulo(dividend, divisor)) / divisor);
            return Value.Of(floor != 0 ? floor : Math.CopySign(0, dividend / divisor));
        }

        state.Meter.Work(LongWork(left.Whole.GetBitLength(), right.Whole.GetBitLength()));
        BigInteger quotient = BigInteger.DivRem(left.Whole, NotZero(right.Whole), out BigInteger remainder);
        return Value.Of(remainder.Sign * right.Whole.Sign < 0 ? quotient - 1 : quotient);
    }

    public static Value Modulo(RenderState state, in Value left, in Value right)
    {
        if (left.IsText)
        {
            return PercentFormat.Apply(state, left, right);
        }

        RequireNumbers("%", left, right);
        if (!left.IsWhole || !right.IsWhole)
        {
            return Value.Of(FloatModulo(ToFloat(left), NotZero(ToFloat(right))));
        }

        state.Meter.Work(LongWork(left.Whole.GetBitLength(), right.Whole.GetBitLength()));
        BigInteger remainder = BigInteger.Remainder(left.Whole, NotZero(right.Whole));
        return Value.Of(remainder.Sign * right.Whole.Sign < 0 ? remainder + right.Whole : remainder);
    }

    public static Value Power(RenderState state, in Value left, in Value right)
    {
        RequireNumbers("**", left, right);
        if (!left.IsWhole || !right.IsWhole || right.Whole.Sign < 0)
        {
            double number = ToFloat(left);
            double exponent = ToFloat(right);
            if (number == 0 && exponent < 0)
            {
                throw TemplateFault.Evaluation("0.0 cannot be raised to a negative power");
            }

            double power = Math.Pow(number, exponent);
            return double.IsNaN(power) && !double.IsNaN(number) && !double.IsNaN(exponent)
                ? throw TemplateFault.Evaluation("complex numbers are not supported")
                : Value.Of(power);
        }

        BigInteger whole = left.Whole;
        if (BigInteger.Abs(whole) <= BigInteger.One)
        {
            return Value.Of(whole.IsZero ? (right.Whole.IsZero ? 1 : 0) : whole.IsOne || right.Whole.IsEven ? 1 : -1);
        }

        if ((whole.GetBitLength() - 1) * right.Whole > MaxBits)
        {
            throw TemplateFault.Limit($"an integer of more than {MaxBits} bits is refused");
        }

        state.Meter.Work(LongWork(whole.GetBitLength() * (long)right.Whole, MaxBits));
        return Value.Of(BigInteger.Pow(whole, (int)right.Whole));
    }

    public static Value Negate(in Value value) => value.IsWhole ? Value.Of(-value.Whole)
        : value.Kind == ValueKind.Float ? Value.Of(-value.Float)
        : throw UnsupportedSign("-", value);

    public static Value Plus(in Value value) => value.IsWhole ? Value.Of(value.Whole)
        : value.Kind == ValueKind.Float ? value
        : throw UnsupportedSign("+", value);

    /// <summary>The value of a number as a double; a fault where an integer is too large.</summary>
    public static double ToFloat(in Value number)
    {
        if (number.Kind == ValueKind.Float)
        {
            return number.Float;
        }

        if (number.Kind == ValueKind.BigInteger && number.Whole.GetBitLength() > MaxFloatBits)
        {
            throw TooLarge();
        }

        // .NET cuts a BigInteger down to a double; reading its digits rounds to the nearest.
        double value = number.Kind == ValueKind.BigInteger
            ? double.Parse(number.Whole.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)
            : number.Integer;
        return double.IsFinite(value) ? value : throw TooLarge();
    }

    private static TemplateFault TooLarge() => TemplateFault.Evaluation("int too large to convert to float");

    private static Value Concatenate(RenderState state, in Value left, in Value right)
    {
        state.Meter.Text((long)left.Text.Length + right.Text.Length);
        if (left.Kind == right.Kind)
        {
            return left.WithText(left.Text + right.Text);
        }

        return left.Kind == ValueKind.Markup
            ? Value.Markup(left.Text + Html.Escape(state.Meter, right.Text))
            : Value.Markup(Html.Escape(state.Meter, left.Text) + right.Text);
    }

    private static BigInteger Product(Meter meter, BigInteger left, BigInteger right)
    {
        long leftBits = left.GetBitLength();
        long rightBits = right.GetBitLength();
        if (leftBits + rightBits > MaxBits * 2)
        {
            throw TemplateFault.Limit($"an integer of more than {MaxBits} bits is refused");
        }

        meter.Work(LongWork(leftBits, rightBits));
        return left * right;
    }

    /// <summary>Steps of a long multiplication or division, which takes the product of the numbers of 32-bit digits.</summary>
    private static long LongWork(long leftBits, long rightBits) => (leftBits / 32 + 1) * (rightBits / 32 + 1) / DigitsPerStep;

    private static double FloatModulo(double dividend, double divisor)
    {
        double remainder = dividend % divisor;
        return remainder == 0 ? Math.CopySign(0, divisor) : (remainder < 0) != (divisor < 0) ? remainder + divisor : remainder;
    }

    private static double NotZero(double divisor) => divisor != 0 ? divisor : throw TemplateFault.Evaluation("division by zero");

    private static BigInteger NotZero(BigInteger divisor) =>
        !divisor.IsZero ? divisor : throw TemplateFault.Evaluation("division by zero");

    private static void RequireNumbers(string symbol, in Value left, in Value right)
    {
        if (!left.IsNumber || !right.IsNumber)
        {
            throw Unsupported(symbol, left, right);
        }
    }

    private static TemplateFault Unsupported(string symbol, in Value left, in Value right)
    {
        if (left.IsUndefined || right.IsUndefined)
        {
            return TemplateFault.Evaluation((left.IsUndefined ? left : right).Reason.Message);
        }

        return TemplateFault.Evaluation($"unsupported operand type(s) for {symbol}: '{left.TypeName}' and '{right.TypeName}'");
    }

    private static TemplateFault UnsupportedSign(string symbol, in Value value) => TemplateFault.Evaluation(
        value.IsUndefined ? value.Reason.Message : $"bad operand type for unary {symbol}: '{value.TypeName}'");
}
