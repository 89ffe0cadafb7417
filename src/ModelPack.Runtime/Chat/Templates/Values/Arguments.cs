namespace ModelPack.Runtime.Chat.Templates.Values;

/// <summary>The arguments of one call.</summary>
internal readonly struct Arguments(Value[] positional, KeyValuePair<string, Value>[] named)
{
    public static Arguments None { get; } = new([], []);

    public Value[] Positional { get; } = positional;

    public KeyValuePair<string, Value>[] Named { get; } = named;

    public bool IsEmpty => Positional.Length + Named.Length == 0;

    public static Arguments Of(params Value[] positional) => new(positional, []);

    /// <summary>The argument at a position or under a name, or missing.</summary>
    public Value At(int position, string name)
    {
        if (position < Positional.Length)
        {
            return Positional[position];
        }

        foreach (KeyValuePair<string, Value> pair in Named)
        {
            if (pair.Key == name)
            {
                return pair.Value;
            }
        }

        return default;
    }

    public Arguments Skip(int count) => new(Positional[Math.Min(count, Positional.Length)..], Named);
}
