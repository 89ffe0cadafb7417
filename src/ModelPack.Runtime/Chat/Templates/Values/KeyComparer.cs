namespace ModelPack.Runtime.Chat.Templates.Values;

/// <summary>Equality of dict keys. Keys are numbers, texts, None, tuples of such, and objects by identity.</summary>
internal sealed class KeyComparer : IEqualityComparer<Value>
{
    // Tuples can share their parts, so the work on one key is bounded.
    private const int MaxKeyParts = 100_000;

    public static KeyComparer Instance { get; } = new();

    public bool Equals(Value x, Value y)
    {
        if (x.IsText && y.IsText)
        {
            return string.Equals(x.Text, y.Text, StringComparison.Ordinal);
        }

        if (x.Kind == ValueKind.Integer && y.Kind == ValueKind.Integer)
        {
            return x.Integer == y.Integer;
        }

        return Comparison.AreEqual(new Meter(new JinjaOptions { MaxSteps = MaxKeyParts }, CancellationToken.None), x, y);
    }

    public int GetHashCode(Value value)
    {
        int parts = MaxKeyParts;
        return Hash(value, ref parts);
    }

    /// <summary>Charges what hashing a key costs.</summary>
    public static void Charge(Meter meter, in Value key)
    {
        if (key.IsText)
        {
            meter.Scan(key.Text.Length);
        }
        else if (key.Kind == ValueKind.Tuple)
        {
            meter.EnterData();
            foreach (Value item in key.Items)
            {
                Charge(meter, item);
            }

            meter.LeaveData();
        }
    }

    private static int Hash(in Value value, ref int parts)
    {
        if (--parts < 0)
        {
            throw TemplateFault.Limit($"a dict key has more than {MaxKeyParts} parts");
        }

        switch (value.Kind)
        {
            case ValueKind.Text or ValueKind.Markup:
                return value.Text.GetHashCode(StringComparison.Ordinal);
            case ValueKind.Boolean or ValueKind.Integer:
                return value.Integer.GetHashCode();
            case ValueKind.BigInteger:
                return ((double)value.Whole).GetHashCode();
            case ValueKind.Float:
                double number = value.Float;
                return number >= long.MinValue && number < long.MaxValue && Math.Truncate(number) == number
                    ? ((long)number).GetHashCode()
                    : number.GetHashCode();
            case ValueKind.Tuple:
                Meter.RequireStack();
                var hash = new HashCode();
                foreach (Value item in value.Items)
                {
                    hash.Add(Hash(item, ref parts));
                }

                return hash.ToHashCode();
            case ValueKind.List or ValueKind.Dict:
                throw TemplateFault.Evaluation($"unhashable type: '{value.TypeName}'");
            case ValueKind.Object:
                return value.Object.GetHashCode();
            default:
                return (int)value.Kind;
        }
    }
}
