namespace ModelPack.Runtime.Tokenization.Patterns;

/// <summary>Computes what the text must go on with for a program to match from a given instruction; null where that says nothing.</summary>
internal sealed class FirstSets(Instruction[] program)
{
    /// <summary>A chain of alternatives longer than this says nothing.</summary>
    private const int DepthLimit = 200;

    private readonly Dictionary<int, CodePointSet?> _known = [];
    private int _depth;

    public CodePointSet? Of(int at)
    {
        if (_known.TryGetValue(at, out CodePointSet? known))
        {
            return known;
        }

        // Seen again on the way: a loop, about which nothing is claimed.
        _known[at] = null;
        CodePointSet? result = _depth++ < DepthLimit ? Compute(at) : null;
        _depth--;
        _known[at] = result;
        return result;
    }

    private CodePointSet? Compute(int at)
    {
        ref readonly Instruction instruction = ref program[at];
        switch (instruction.Operation)
        {
            case Operation.One:
                return instruction.Set;
            case Operation.Loop or Operation.PossessiveLoop when instruction.First > 0:
                return instruction.Set;
            case Operation.Loop or Operation.PossessiveLoop:
                return Of(at + 1)?.Union(instruction.Set!);
            case Operation.Jump:
                return Of(instruction.First);
            case Operation.Look or Operation.LookNot:
                return Of(instruction.First);
            case Operation.Next or Operation.Previous or Operation.Place or Operation.Mark:
                return Of(at + 1);
            case Operation.Branch:
                return Union(instruction.Branch!.Targets);
            default:
                return null;
        }
    }

    private CodePointSet? Union(int[] targets)
    {
        CodePointSet? result = CodePointSet.Empty;
        foreach (int target in targets)
        {
            result = Of(target) is { } first ? result?.Union(first) : null;
        }

        return result;
    }
}
