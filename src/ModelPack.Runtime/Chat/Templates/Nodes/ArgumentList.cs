using ModelPack.Runtime.Chat.Templates.Values;

namespace ModelPack.Runtime.Chat.Templates.Nodes;

/// <summary>The arguments in the parentheses of a call: positional, named, <c>*list</c> and <c>**dict</c>.</summary>
internal sealed class ArgumentList(
    Expression[] positional, (string Name, Expression Value)[] named, Expression? moreByPosition, Expression? moreByName)
{
    public static ArgumentList Empty { get; } = new([], [], null, null);

    public Arguments Evaluate(RenderState state)
    {
        if (positional.Length == 0 && named.Length == 0 && moreByPosition is null && moreByName is null)
        {
            return Arguments.None;
        }

        Value[] values = ListExpression.EvaluateAll(state, positional);
        var byName = new KeyValuePair<string, Value>[named.Length];
        for (int i = 0; i < named.Length; i++)
        {
            byName[i] = new(named[i].Name, named[i].Value.Evaluate(state));
        }

        if (moreByPosition is not null)
        {
            Value[] more = Iteration.ToArray(state, moreByPosition.Evaluate(state));
            state.Meter.Items(values.Length + more.Length);
            values = [.. values, .. more];
        }

        return new Arguments(values, moreByName is null ? byName : AddNamed(byName, moreByName.Evaluate(state)));
    }

    private static KeyValuePair<string, Value>[] AddNamed(KeyValuePair<string, Value>[] byName, in Value more)
    {
        if (more.Kind != ValueKind.Dict)
        {
            throw TemplateFault.Evaluation($"the argument after ** must be a mapping, not {more.TypeName}");
        }

        var all = new List<KeyValuePair<string, Value>>(byName);
        foreach (KeyValuePair<Value, Value> entry in more.Dict.Entries)
        {
            if (!entry.Key.IsText || all.Exists(pair => pair.Key == entry.Key.Text))
            {
                throw TemplateFault.Evaluation(entry.Key.IsText
                    ? $"got multiple values for keyword argument '{entry.Key.Text}'"
                    : "keywords must be strings");
            }

            all.Add(new(entry.Key.Text, entry.Value));
        }

        return [.. all];
    }
}
