using ModelPack.Runtime.Chat.Templates.Text;
using ModelPack.Runtime.Chat.Templates.Values;

namespace ModelPack.Runtime.Chat.Templates.Library;

/// <summary>Filters over the items of a value.</summary>
internal static class SequenceFilters
{
    public static IEnumerable<Builtin> All { get; } =
    [
        new("length", "", (state, a) => Value.Of(Iteration.Length(state.Meter, a[0]) ?? throw TemplateFault.Evaluation($"object of type '{a[0].TypeName}' has no len()"))),
        new("list", "", (state, a) => Value.List(Iteration.ToArray(state, a[0]))),
        new("items", "", (state, a) => Lazy(Items(a[0]))),
        new("first", "", First),
        new("last", "", Last),
        new("join", "d?, attribute?", Join),
        new("reverse", "", Reverse),
        new("sort", "reverse?, case_sensitive?, attribute?", Sort),
        new("dictsort", "case_sensitive?, by?, reverse?", DictSort),
        new("unique", "case_sensitive?, attribute?", (state, a) => Lazy(Unique(state, a))),
        new("min", "case_sensitive?, attribute?", (state, a) => Extreme(state, a, sign: -1)),
        new("max", "case_sensitive?, attribute?", (state, a) => Extreme(state, a, sign: 1)),
        new("sum", "attribute?, start?", Sum),
        new("batch", "linecount, fill_with?", (state, a) => Lazy(Batch(state, a))),
        new("slice", "slices, fill_with?", (state, a) => Lazy(Slice(state, a))),
        new("groupby", "attribute, default?, case_sensitive?", GroupBy),
        new("random", "", Random),
    ];

    public static Value Lazy(IEnumerable<Value> items) => Value.Of(new Generator(items));

    public static IEnumerable<Value> Each(RenderState state, Value value)
    {
        IEnumerator<Value> items = Iteration.Of(state, value);
        while (MoveNext(state, items))
        {
            yield return items.Current;
        }
    }

    /// <summary>Takes the next item; generators may lie inside one another as deep as data may.</summary>
    private static bool MoveNext(RenderState state, IEnumerator<Value> items)
    {
        state.Meter.EnterData();
        bool moved = items.MoveNext();
        state.Meter.LeaveData();
        return moved;
    }

    private static IEnumerable<Value> Items(Value value)
    {
        if (value.IsUndefined)
        {
            yield break;
        }

        if (value.Kind != ValueKind.Dict)
        {
            throw TemplateFault.Evaluation("can only get item pairs from a mapping");
        }

        foreach (KeyValuePair<Value, Value> entry in value.Dict.Entries)
        {
            yield return Value.Tuple(entry.Key, entry.Value);
        }
    }

    private static Value First(RenderState state, Value[] a)
    {
        IEnumerator<Value> items = Iteration.Of(state, a[0]);
        return items.MoveNext() ? items.Current : Value.Undefined("no first item, the sequence was empty");
    }

    private static Value Last(RenderState state, Value[] a)
    {
        Value[] items = a[0].Kind == ValueKind.Object && a[0].Object is Generator
            ? throw TemplateFault.Evaluation("'generator' object is not reversible")
            : Iteration.ToArray(state, a[0]);
        return items.Length > 0 ? items[^1] : Value.Undefined("no last item, the sequence was empty");
    }

    private static Value Join(RenderState state, Value[] a)
    {
        string separator = a[1].IsMissing ? "" : Argument.Printed(state, a[1]);
        Func<Value, Value>? attribute = a[2].IsMissing || a[2].IsNone ? null : Attributes.Reader(state, a[2]);
        var texts = new List<string>();
        long length = 0;
        foreach (Value item in Each(state, a[0]))
        {
            string text = Printer.Text(state.Meter, attribute is null ? item : attribute(item));
            length += text.Length + separator.Length;
            state.Meter.RequireLength(length);
            texts.Add(text);
        }

        state.Meter.Text(length);
        return Value.Of(string.Join(separator, texts));
    }

    private static Value Reverse(RenderState state, Value[] a)
    {
        if (a[0].IsText)
        {
            state.Meter.Text(a[0].Text.Length);
            return a[0].WithText(CodePoints.Reverse(a[0].Text));
        }

        Value[] items = Iteration.ToArray(state, a[0]);
        state.Meter.Items(items.Length);
        Value[] reversed = [.. items.Reverse()];
        return a[0].Kind == ValueKind.Object && a[0].Object is Generator ? Value.List(reversed) : Lazy(reversed);
    }

    private static Value Sort(RenderState state, Value[] a) => Value.List(SortBy(
        state, Iteration.ToArray(state, a[0]), Attributes.SortKey(state, a[3], Argument.Flag(a[2])), Argument.Flag(a[1])));

    private static Value DictSort(RenderState state, Value[] a)
    {
        if (a[0].Kind != ValueKind.Dict)
        {
            throw TemplateFault.Evaluation(a[0].IsUndefined ? a[0].Reason.Message : $"'{a[0].TypeName} object' has no attribute 'items'");
        }

        string by = a[2].IsMissing ? "key" : Argument.Text(a[2], "dictsort");
        int part = by switch
        {
            "key" => 0,
            "value" => 1,
            _ => throw TemplateFault.Evaluation("you can only sort by either \"key\" or \"value\""),
        };
        Func<Value, Value> fold = Attributes.Key(state, default, Argument.Flag(a[1]));
        Value[] pairs = [.. Items(a[0])];
        state.Meter.Items(pairs.Length * 3L);
        return Value.List(SortBy(state, pairs, pair => fold(pair.Items[part]), Argument.Flag(a[3])));
    }

    private static Value[] SortBy(RenderState state, Value[] items, Func<Value, Value> key, bool isReversed)
    {
        state.Meter.Items(items.Length * 2L);
        (Value Key, Value Item)[] keyed = [.. items.Select(item => (key(item), item))];
        int sign = isReversed ? -1 : 1;
        return [.. Sorting.Stable(keyed, (left, right) => Compare(state, left.Key, right.Key) * sign).Select(pair => pair.Item)];
    }

    private static int Compare(RenderState state, in Value left, in Value right)
    {
        state.Meter.Step();
        return Comparison.Order(state.Meter, left, right) ?? 0;
    }

    private static IEnumerable<Value> Unique(RenderState state, Value[] a)
    {
        Func<Value, Value> key = Attributes.Key(state, a[2], Argument.Flag(a[1]));
        var seen = new HashSet<Value>(KeyComparer.Instance);
        foreach (Value item in Each(state, a[0]))
        {
            state.Meter.Items(1);
            Value itemKey = key(item);
            KeyComparer.Charge(state.Meter, itemKey);
            if (seen.Add(itemKey))
            {
                yield return item;
            }
        }
    }

    private static Value Extreme(RenderState state, Value[] a, int sign)
    {
        Func<Value, Value> key = Attributes.Key(state, a[2], Argument.Flag(a[1]));
        Value best = default;
        Value bestKey = default;
        foreach (Value item in Each(state, a[0]))
        {
            Value itemKey = key(item);
            if (best.IsMissing || Compare(state, itemKey, bestKey) * sign > 0)
            {
                (best, bestKey) = (item, itemKey);
            }
        }

        return best.IsMissing ? Value.Undefined("no aggregated item, the sequence was empty") : best;
    }

    private static Value Sum(RenderState state, Value[] a)
    {
        Func<Value, Value>? attribute = a[1].IsMissing || a[1].IsNone ? null : Attributes.Reader(state, a[1]);
        Value sum = a[2].IsMissing ? Value.Of(0L) : a[2];
        if (sum.IsText)
        {
            throw TemplateFault.Evaluation("sum() can't sum strings [use ''.join(seq) instead]");
        }

        foreach (Value item in Each(state, a[0]))
        {
            sum = Arithmetic.Add(state, sum, attribute is null ? item : attribute(item));
        }

        return sum;
    }

    private static IEnumerable<Value> Batch(RenderState state, Value[] a)
    {
        long size = Argument.Whole(a[1]);
        var batch = new List<Value>();
        foreach (Value item in Each(state, a[0]))
        {
            if (batch.Count == size)
            {
                yield return Value.List([.. batch]);
                batch.Clear();
            }

            state.Meter.Items(1);
            batch.Add(item);
        }

        if (batch.Count == 0)
        {
            yield break;
        }

        if (!a[2].IsMissing && !a[2].IsNone && batch.Count < size)
        {
            state.Meter.Items(size);
            batch.AddRange(Enumerable.Repeat(a[2], (int)(size - batch.Count)));
        }

        yield return Value.List([.. batch]);
    }

    private static IEnumerable<Value> Slice(RenderState state, Value[] a)
    {
        Value[] items = Iteration.ToArray(state, a[0]);
        long count = Argument.Whole(a[1]);
        if (count == 0)
        {
            throw TemplateFault.Evaluation("integer division or modulo by zero");
        }

        long size = items.Length / count;
        long larger = items.Length % count;
        long start = 0;
        for (long i = 0; i < count; i++)
        {
            long taken = i < larger ? size + 1 : size;
            state.Meter.Items(taken + 1);
            Value[] part = items[(int)start..(int)(start + taken)];
            yield return Value.List(!a[2].IsMissing && !a[2].IsNone && i >= larger ? [.. part, a[2]] : part);
            start += taken;
        }
    }

    private static Value GroupBy(RenderState state, Value[] a)
    {
        Value whenMissing = a[2].IsNone ? default : a[2];
        Func<Value, Value> read = Attributes.Reader(state, a[1], whenMissing);
        Func<Value, Value> key = Attributes.Key(state, a[1], Argument.Flag(a[3]), whenMissing);
        var groups = new List<Value>();
        var members = new List<Value>();
        foreach (Value item in SortBy(state, Iteration.ToArray(state, a[0]), key, isReversed: false))
        {
            if (members.Count > 0 && !Comparison.AreEqual(state.Meter, key(members[0]), key(item)))
            {
                groups.Add(Value.Of(new GroupValue(read(members[0]), Value.List([.. members]))));
                members.Clear();
            }

            members.Add(item);
        }

        if (members.Count > 0)
        {
            groups.Add(Value.Of(new GroupValue(read(members[0]), Value.List([.. members]))));
        }

        return Value.List([.. groups]);
    }

    private static Value Random(RenderState state, Value[] a)
    {
        Value[] items = Iteration.ToArray(state, a[0]);
        return items.Length > 0
            ? items[System.Random.Shared.Next(items.Length)]
            : Value.Undefined("no random item, the sequence was empty");
    }
}
