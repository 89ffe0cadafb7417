using ModelPack.Runtime.Chat.Templates.Library;
using ModelPack.Runtime.Chat.Templates.Text;

namespace ModelPack.Runtime.Chat.Templates.Values;

/// <summary>
/// <c>a.b</c> and <c>a[b]</c> as Jinja's sandbox reads them: the dot looks for a method first and for a key second, the
/// bracket the other way round, and what is not there is undefined.
/// </summary>
internal static class Access
{
    public static Value Attribute(RenderState state, in Value target, string name)
    {
        if (target.IsUndefined && !Methods.IsUnsafe(target, name))
        {
            throw TemplateFault.Evaluation(target.Reason.Message);
        }

        if (Methods.Find(target, name) is { } method)
        {
            return Value.Of(new BoundMethod(target, method));
        }

        Value found = OwnAttribute(target, name);
        if (found.IsMissing && target.Kind == ValueKind.Dict)
        {
            target.Dict.TryGet(name, out found);
        }

        return found.IsMissing ? Value.Undefined(UndefinedReason.Member(target, name)) : found;
    }

    public static Value Item(RenderState state, in Value target, in Value key)
    {
        RequireDefined(target);
        Value found = OwnItem(state, target, key);
        if (!found.IsMissing)
        {
            return found;
        }

        if (!key.IsText)
        {
            return Value.Undefined(UndefinedReason.Element(target, Printer.Repr(state.Meter, key)));
        }

        if (Methods.Find(target, key.Text) is { } method)
        {
            return Value.Of(new BoundMethod(target, method));
        }

        found = OwnAttribute(target, key.Text);
        return found.IsMissing ? Value.Undefined(UndefinedReason.Member(target, key.Text)) : found;
    }

    /// <summary><c>a[start:stop:step]</c>; bounds are None or whole numbers.</summary>
    public static Value Slice(RenderState state, in Value target, in Value start, in Value stop, in Value step)
    {
        RequireDefined(target);
        if (!target.IsText && !target.IsSequence)
        {
            Value[] items = target.Kind == ValueKind.Object && target.Object.IsSequence
                ? Iteration.ToArray(state, target)
                : throw TemplateFault.Evaluation($"'{target.TypeName}' object cannot be sliced");
            return Slice(state, Value.List(items), start, stop, step);
        }

        long stride = step.IsNone ? 1 : Argument.Clamped(step);
        if (stride == 0)
        {
            throw TemplateFault.Evaluation("slice step cannot be zero");
        }

        long length = Iteration.Length(state.Meter, target)!.Value;
        (long first, long end) = stride > 0
            ? (Bound(start, 0, 0, length, length), Bound(stop, length, 0, length, length))
            : (Bound(start, length - 1, -1, length - 1, length), Bound(stop, -1, -1, length - 1, length));
        long count = stride > 0 ? (end - first + stride - 1) / stride : (first - end - stride - 1) / -stride;
        return target.IsText
            ? SliceText(state.Meter, target, first, stride, Math.Max(0, count))
            : SliceItems(state.Meter, target, first, stride, Math.Max(0, count));
    }

    private static long Bound(in Value bound, long whenNone, long least, long most, long length)
    {
        if (bound.IsNone)
        {
            return whenNone;
        }

        long index = Argument.Clamped(bound);
        return Math.Clamp(index < 0 ? index + length : index, least, most);
    }

    private static Value SliceText(Meter meter, in Value target, long first, long stride, long count)
    {
        string text = target.Text;
        meter.Text(Math.Min(text.Length, count * 2));
        if (stride == 1)
        {
            int from = CodePoints.Offset(text, first);
            return target.WithText(text[from..CodePoints.Offset(text, first + count)]);
        }

        if (stride == -1 && count == CodePoints.Count(text))
        {
            return target.WithText(CodePoints.Reverse(text));
        }

        meter.Items(text.Length);
        string[] points = CodePoints.Split(text);
        var taken = new string[count];
        for (long i = 0; i < count; i++)
        {
            taken[i] = points[first + i * stride];
        }

        return target.WithText(string.Concat(taken));
    }

    private static Value SliceItems(Meter meter, in Value target, long first, long stride, long count)
    {
        meter.Items(count);
        var items = new Value[count];
        for (long i = 0; i < count; i++)
        {
            items[i] = target.Items[first + i * stride];
        }

        return target.Kind == ValueKind.List ? Value.List(items) : Value.Tuple(items);
    }

    private static Value OwnAttribute(in Value target, string name)
    {
        if (Methods.IsUnsafe(target, name))
        {
            return Value.Undefined(UndefinedReason.Unsafe(target.TypeName, name));
        }

        return target.Kind == ValueKind.Object ? target.Object.Attribute(name) : default;
    }

    private static Value OwnItem(RenderState state, in Value target, in Value key)
    {
        Value found = default;
        switch (target.Kind)
        {
            case ValueKind.Dict when key.Kind is not (ValueKind.List or ValueKind.Dict):
                target.Dict.TryGet(state.Meter, key, out found);
                return found;
            case ValueKind.Object:
                return target.Object.Item(state, key);
            case ValueKind.List or ValueKind.Tuple when key.Kind is ValueKind.Integer or ValueKind.Boolean:
                long index = key.Integer < 0 ? key.Integer + target.Items.Length : key.Integer;
                return index >= 0 && index < target.Items.Length ? target.Items[index] : default;
            case ValueKind.Text or ValueKind.Markup when key.Kind is ValueKind.Integer or ValueKind.Boolean:
                state.Meter.Scan(target.Text.Length);
                return Character(target, key.Integer);
            default:
                return default;
        }
    }

    private static Value Character(in Value target, long index)
    {
        string text = target.Text;
        int count = CodePoints.Count(text);
        index = index < 0 ? index + count : index;
        if (index < 0 || index >= count)
        {
            return default;
        }

        int offset = CodePoints.Offset(text, index);
        return target.WithText(CodePoints.Single(text, offset, CodePoints.SizeAt(text, offset)));
    }

    private static void RequireDefined(in Value target)
    {
        if (target.IsUndefined)
        {
            throw TemplateFault.Evaluation(target.Reason.Message);
        }
    }
}
