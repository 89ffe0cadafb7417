using System.Runtime.InteropServices;

namespace ModelPack.Runtime.Tokenization.Patterns;

/// <summary>Turns the tree of a pattern into a program for <see cref="PatternMatcher"/>.</summary>
internal sealed class PatternCompiler
{
    /// <summary>Repeats are written out; a pattern that grows past this is refused.</summary>
    private const int ProgramLimit = 50_000;

    private readonly List<Instruction> _program = [];
    private int _registers;

    private PatternCompiler()
    {
    }

    /// <exception cref="PatternException">The pattern is too large, or a lookbehind has no fixed length.</exception>
    public static Pattern Compile(string source, PatternNode root)
    {
        var compiler = new PatternCompiler();
        compiler.Emit(root);
        compiler.Add(Operation.Accept);
        Instruction[] program = [.. compiler._program];
        var firsts = new FirstSets(program);
        foreach (ref Instruction instruction in program.AsSpan())
        {
            instruction.Branch?.Guard(Array.ConvertAll(instruction.Branch.Targets, firsts.Of));
        }

        return new Pattern(source, program, compiler._registers, firsts.Of(0));
    }

    private int Add(Operation operation, int first = 0, int second = 0, CodePointSet? set = null)
    {
        if (_program.Count >= ProgramLimit)
        {
            throw new PatternException("the pattern repeats too much");
        }

        _program.Add(new Instruction { Operation = operation, First = first, Second = second, Set = set });
        return _program.Count - 1;
    }

    private ref Instruction At(int index) => ref CollectionsMarshal.AsSpan(_program)[index];

    private void Emit(PatternNode node)
    {
        switch (node)
        {
            case SetNode one:
                Add(Operation.One, set: one.Set);
                break;
            case SequenceNode sequence:
                foreach (PatternNode part in sequence.Parts)
                {
                    Emit(part);
                }

                break;
            case ChoiceNode choice:
                EmitChoice(choice.Alternatives);
                break;
            case RepeatNode { Body: SetNode one, Lazy: false } loop:
                Add(Operation.Loop, loop.Minimum, loop.Maximum, one.Set);
                break;
            case RepeatNode repeat:
                EmitRepeat(repeat);
                break;
            case AtomicNode { Body: RepeatNode { Body: SetNode one, Lazy: false } loop }:
                Add(Operation.PossessiveLoop, loop.Minimum, loop.Maximum, one.Set);
                break;
            case AtomicNode atomic:
                EmitBody(Operation.Atomic, 0, atomic.Body);
                break;
            case LookNode { Body: SetNode one } look:
                CodePointSet set = look.Negative ? one.Set.Complement() : one.Set;
                Add(look.Behind ? Operation.Previous : Operation.Next, look.Negative ? 1 : 0, set: set);
                break;
            case LookNode look:
                EmitLook(look);
                break;
            case PlaceNode place:
                Add(Operation.Place, (int)place.Place);
                break;
            default:
                throw new ArgumentException($"{node.GetType().Name} has no program.", nameof(node));
        }
    }

    private void EmitChoice(IReadOnlyList<PatternNode> alternatives)
    {
        var ends = new List<int>();
        EmitChoice(alternatives, 0, ends);
        foreach (int end in ends)
        {
            At(end).First = _program.Count;
        }
    }

    private void EmitChoice(IReadOnlyList<PatternNode> alternatives, int from, List<int> ends)
    {
        // The last alternative of a full branch holds the rest.
        int count = Math.Min(alternatives.Count - from, Branch.Limit);
        bool more = alternatives.Count - from > count;
        int branch = Add(Operation.Branch);
        var targets = new int[count];
        for (int i = 0; i < count; i++)
        {
            targets[i] = _program.Count;
            if (more && i == count - 1)
            {
                EmitChoice(alternatives, from + i, ends);
            }
            else
            {
                Emit(alternatives[from + i]);
                ends.Add(Add(Operation.Jump));
            }
        }

        At(branch).Branch = new Branch(targets);
    }

    private void EmitRepeat(RepeatNode repeat)
    {
        int before = _program.Count;
        for (int i = 0; i < repeat.Minimum; i++)
        {
            Emit(repeat.Body);
            if (_program.Count == before)
            {
                return;
            }
        }

        if (repeat.Maximum == int.MaxValue)
        {
            EmitUnbounded(repeat.Body, repeat.Lazy);
            return;
        }

        var branches = new List<int>();
        for (int i = repeat.Minimum; i < repeat.Maximum; i++)
        {
            branches.Add(Add(Operation.Branch));
            Emit(repeat.Body);
        }

        foreach (int branch in branches)
        {
            At(branch).Branch = new Branch(repeat.Lazy ? [_program.Count, branch + 1] : [branch + 1, _program.Count]);
        }
    }

    private void EmitUnbounded(PatternNode body, bool lazy)
    {
        int register = _registers++;
        int branch = Add(Operation.Branch);
        int start = Add(Operation.Mark, register);
        Emit(body);
        int check = Add(Operation.UnlessMoved, register);
        Add(Operation.Jump, branch);
        At(check).Second = _program.Count;
        At(branch).Branch = new Branch(lazy ? [_program.Count, start] : [start, _program.Count]);
    }

    private void EmitBody(Operation operation, int second, PatternNode body)
    {
        int head = Add(operation, second: second);
        Emit(body);
        Add(Operation.Accept);
        At(head).First = _program.Count;
    }

    private void EmitLook(LookNode look)
    {
        Operation operation = look.Negative ? Operation.LookNot : Operation.Look;
        if (!look.Behind)
        {
            EmitBody(operation, -1, look.Body);
            return;
        }

        // Alternatives of a lookbehind may differ in length: (?<=ab|c) is (?:(?<=ab)|(?<=c)), and all must fail for the negative one.
        IReadOnlyList<PatternNode> alternatives = look.Body is ChoiceNode choice ? choice.Alternatives : [look.Body];
        if (look.Negative || alternatives.Count == 1)
        {
            foreach (PatternNode alternative in alternatives)
            {
                EmitBody(operation, Length(alternative), alternative);
            }
        }
        else
        {
            EmitChoice([.. alternatives.Select(a => new LookNode(a, Behind: true, Negative: false))]);
        }
    }

    /// <summary>Code points that a node always takes.</summary>
    private static int Length(PatternNode node)
    {
        long length = LongLength(node);
        return length <= ProgramLimit ? (int)length : throw new PatternException("the pattern looks back too far");
    }

    private static long LongLength(PatternNode node) => node switch
    {
        SetNode => 1,
        SequenceNode sequence => sequence.Parts.Sum(Length),
        ChoiceNode choice when choice.Alternatives.Select(Length).Distinct().Count() == 1 => Length(choice.Alternatives[0]),
        RepeatNode repeat when repeat.Minimum == repeat.Maximum => (long)repeat.Minimum * Length(repeat.Body),
        AtomicNode atomic => Length(atomic.Body),
        LookNode or PlaceNode => 0,
        _ => throw new PatternException("the pattern looks back over a stretch without a fixed length"),
    };
}
