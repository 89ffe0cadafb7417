using System.Text;

namespace ModelPack.Runtime.Chat.Templates.Values;

/// <summary>Python's <c>range</c>: no items are stored.</summary>
internal sealed class RangeValue : TemplateObject
{
    /// <summary>The sandbox's own limit on the length of a range.</summary>
    public const int MaxLength = 100_000;

    private readonly long _start;
    private readonly long _stop;
    private readonly long _step;
    private readonly long _count;

    public RangeValue(long start, long stop, long step)
    {
        if (step == 0)
        {
            throw TemplateFault.Evaluation("range() arg 3 must not be zero");
        }

        Int128 distance = step > 0 ? (Int128)stop - start : (Int128)start - stop;
        Int128 stride = Int128.Abs(step);
        Int128 count = distance <= 0 ? 0 : (distance + stride - 1) / stride;
        if (count > MaxLength)
        {
            throw TemplateFault.Limit($"a range of more than {MaxLength} numbers is refused");
        }

        (_start, _stop, _step, _count) = (start, stop, step, (long)count);
    }

    public override string TypeName => "range";

    public override long? Count => _count;

    public override bool IsSequence => true;

    public override Value Item(RenderState state, in Value key)
    {
        if (key.Kind is not (ValueKind.Integer or ValueKind.Boolean))
        {
            return default;
        }

        long index = key.Integer < 0 ? key.Integer + _count : key.Integer;
        return index >= 0 && index < _count ? Value.Of(_start + index * _step) : default;
    }

    public override IEnumerator<Value> Iterate(RenderState state)
    {
        for (long i = 0; i < _count; i++)
        {
            yield return Value.Of(_start + i * _step);
        }
    }

    public override bool Equals(object? obj) =>
        obj is RangeValue other && _count == other._count && (_count == 0 || (_start == other._start && (_count == 1 || _step == other._step)));

    public override int GetHashCode() => _count == 0 ? 0 : HashCode.Combine(_start, _count);

    public override void Print(StringBuilder text, Meter meter)
    {
        text.Append("range(").Append(_start).Append(", ").Append(_stop);
        if (_step != 1)
        {
            text.Append(", ").Append(_step);
        }

        text.Append(')');
    }
}
