namespace ModelPack.Packing.Recipes;

/// <summary>How many consecutive inputs of a row share a scale: a number, or all of them.</summary>
public readonly record struct GroupSize
{
    private readonly int _inputs;

    /// <summary>Creates a group of <paramref name="inputs"/> inputs.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="inputs"/> is less than 1.</exception>
    public GroupSize(int inputs)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputs, 1);
        _inputs = inputs;
    }

    /// <summary>One scale for a whole row; also the value of <c>default(GroupSize)</c>.</summary>
    public static GroupSize Channel => default;

    /// <summary>True when a whole row shares one scale.</summary>
    public bool IsChannel => _inputs == 0;

    /// <summary>Inputs of a group.</summary>
    /// <exception cref="InvalidOperationException">The group is a whole row, whose length it does not know.</exception>
    public int Inputs => _inputs > 0 ? _inputs : throw new InvalidOperationException("A channel group has no fixed number of inputs.");

    /// <summary>The setting's text: a number or <c>channel</c>.</summary>
    public override string ToString() => IsChannel ? "channel" : _inputs.ToString();
}
