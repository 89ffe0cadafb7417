namespace ModelPack.Runtime.Tokenization.Patterns;

/// <summary>
/// Finds the matches of patterns, one text at a time. Keeps its stack between texts; for one thread at a time.
/// Backtracks, but remembers what has failed once a text takes more steps than it should: a pattern such as (a+)+b
/// takes time in proportion to the text, not to its powers.
/// </summary>
internal sealed class PatternMatcher
{
    /// <summary>Backtracking steps a UTF-16 unit before failures are remembered.</summary>
    private const int FreeStepsPerUnit = 16;

    private Entry[] _stack = new Entry[64];
    private int _count;
    private int[] _registers = [];
    private Pattern _pattern = null!;
    private Instruction[] _program = [];
    private HashSet<long>? _failed;
    private long _stepsLeft;
    private int _from;
    private int _lastEnd;

    private enum EntryKind : byte
    {
        LoopBack,
        BranchRest,
        Register,
        Failed,
    }

    /// <summary>Instructions run and code points taken, over all texts: what matching costs on any machine.</summary>
    public long Steps { get; private set; }

    /// <summary>Prepares to find the matches of a pattern in a text of a length.</summary>
    public void Begin(Pattern pattern, int textLength)
    {
        _pattern = pattern;
        _program = pattern.Program;
        _failed = null;
        _stepsLeft = 256 + ((long)textLength * FreeStepsPerUnit);
        _from = 0;
        _lastEnd = -1;
        _count = 0;
        if (_registers.Length < pattern.Registers)
        {
            _registers = new int[pattern.Registers];
        }
    }

    /// <summary>
    /// The next match in the text that <see cref="Begin"/> announced. An empty match right behind the match before is passed over.
    /// </summary>
    public bool Next(ReadOnlySpan<char> text, out int start, out int end)
    {
        while (Search(text, _from, out start, out end))
        {
            if (start == end && end == _lastEnd)
            {
                _from = end + UnitsAt(text, end);
                continue;
            }

            _from = end;
            _lastEnd = end;
            return true;
        }

        return false;
    }

    private bool Search(ReadOnlySpan<char> text, int from, out int start, out int end)
    {
        CodePointSet? first = _pattern.First;
        for (start = from; start <= text.Length; start += UnitsAt(text, start))
        {
            if (first is null || (start < text.Length && first.Contains(CodePointAt(text, start))))
            {
                end = Run(text, 0, start);
                if (end >= 0)
                {
                    return true;
                }

                start = LastHopeless(text, start);
            }
        }

        end = -1;
        return false;
    }

    /// <summary>
    /// The last place to which a failure at <paramref name="start"/> extends. A pattern that begins with a run without a limit, such as \s+$,
    /// has tried every end of the run: no later place of the run can match.
    /// </summary>
    private int LastHopeless(ReadOnlySpan<char> text, int start)
    {
        ref readonly Instruction first = ref _program[0];
        if (first.Operation is not (Operation.Loop or Operation.PossessiveLoop) || first.Second != int.MaxValue)
        {
            return start;
        }

        int last = start;
        for (int units = Take(text, start, first.Set!); units > 0; units = Take(text, start, first.Set!))
        {
            last = start;
            start += units;
            Steps++;
        }

        return last;
    }

    /// <summary>Where the program from <paramref name="pc"/> to its Accept ends, or -1.</summary>
    private int Run(ReadOnlySpan<char> text, int pc, int position)
    {
        int floor = _count;
        while (true)
        {
            ref readonly Instruction instruction = ref _program[pc];
            bool matched = true;
            Steps++;
            switch (instruction.Operation)
            {
                case Operation.Accept:
                    _count = floor;
                    return position;
                case Operation.One:
                    int units = Take(text, position, instruction.Set!);
                    matched = units > 0;
                    position += units;
                    pc++;
                    break;
                case Operation.Loop:
                    matched = TakeLoop(text, in instruction, ref position, out int low);
                    pc++;
                    if (matched && position > low)
                    {
                        Push(new Entry { Kind = EntryKind.LoopBack, Pc = pc, Position = position, Low = low });
                    }

                    break;
                case Operation.PossessiveLoop:
                    matched = TakeLoop(text, in instruction, ref position, out _);
                    pc++;
                    break;
                case Operation.Jump:
                    pc = instruction.First;
                    break;
                case Operation.Branch:
                    Branch branch = instruction.Branch!;
                    ulong viable = position < text.Length ? branch.Viable(CodePointAt(text, position)) : branch.AtEnd;
                    matched = viable != 0 && !HasFailed(pc, position);
                    if (matched)
                    {
                        int target = branch.Take(ref viable);
                        if (viable != 0)
                        {
                            Push(new Entry { Kind = EntryKind.BranchRest, Pc = pc, Position = position, Viable = viable });
                        }

                        pc = target;
                    }

                    break;
                case Operation.Atomic:
                    int bodyEnd = Run(text, pc + 1, position);
                    matched = bodyEnd >= 0;
                    position = bodyEnd;
                    pc = instruction.First;
                    break;
                case Operation.Look:
                    matched = Looks(text, pc, position);
                    pc = instruction.First;
                    break;
                case Operation.LookNot:
                    matched = !Looks(text, pc, position);
                    pc = instruction.First;
                    break;
                case Operation.Next:
                    matched = position < text.Length ? instruction.Set!.Contains(CodePointAt(text, position)) : instruction.First != 0;
                    pc++;
                    break;
                case Operation.Previous:
                    matched = position > 0 ? instruction.Set!.Contains(CodePointBefore(text, position)) : instruction.First != 0;
                    pc++;
                    break;
                case Operation.Place:
                    matched = IsAt(text, position, (Place)instruction.First);
                    pc++;
                    break;
                case Operation.Mark:
                    Push(new Entry { Kind = EntryKind.Register, Low = instruction.First, Position = _registers[instruction.First] });
                    _registers[instruction.First] = position;
                    pc++;
                    break;
                case Operation.UnlessMoved:
                    pc = _registers[instruction.First] == position ? instruction.Second : pc + 1;
                    break;
                default:
                    throw new InvalidOperationException($"{instruction.Operation} is not an operation.");
            }

            if (!matched && !Backtrack(text, floor, out pc, out position))
            {
                return -1;
            }
        }
    }

    private bool Looks(ReadOnlySpan<char> text, int pc, int position)
    {
        for (int back = _program[pc].Second; back > 0; back--)
        {
            if (position == 0)
            {
                return false;
            }

            position -= UnitsBefore(text, position);
        }

        return Run(text, pc + 1, position) >= 0;
    }

    /// <summary>Takes back the newest decision above <paramref name="floor"/>; false where none is left.</summary>
    private bool Backtrack(ReadOnlySpan<char> text, int floor, out int pc, out int position)
    {
        while (_count > floor)
        {
            ref Entry entry = ref _stack[_count - 1];
            switch (entry.Kind)
            {
                case EntryKind.LoopBack:
                    entry.Position -= UnitsBefore(text, entry.Position);
                    (pc, position) = (entry.Pc, entry.Position);
                    _count -= position == entry.Low ? 1 : 0;
                    break;
                case EntryKind.BranchRest:
                    pc = _program[entry.Pc].Branch!.Take(ref entry.Viable);
                    position = entry.Position;
                    _count -= entry.Viable == 0 ? 1 : 0;
                    break;
                case EntryKind.Register:
                    _registers[entry.Low] = entry.Position;
                    _count--;
                    continue;
                default:
                    _failed!.Add(Key(entry.Pc, entry.Position));
                    _count--;
                    continue;
            }

            if (--_stepsLeft < 0)
            {
                _failed ??= [];
            }

            if (HasFailed(pc, position))
            {
                continue;
            }

            return true;
        }

        pc = position = -1;
        return false;
    }

    /// <summary>Whether the program was tried from here before; if not, and failures are remembered, it is noted once all that follows has failed.</summary>
    private bool HasFailed(int pc, int position)
    {
        if (_failed is null)
        {
            return false;
        }

        if (_failed.Contains(Key(pc, position)))
        {
            return true;
        }

        Push(new Entry { Kind = EntryKind.Failed, Pc = pc, Position = position });
        return false;
    }

    private static long Key(int pc, int position) => ((long)pc << 32) | (uint)position;

    private void Push(in Entry entry)
    {
        if (_count == _stack.Length)
        {
            Array.Resize(ref _stack, _count * 2);
        }

        _stack[_count++] = entry;
    }

    private bool TakeLoop(ReadOnlySpan<char> text, in Instruction loop, ref int position, out int low)
    {
        CodePointSet set = loop.Set!;
        ulong[] plane = set.FirstPlane;
        int at = position;
        int count = 0;
        low = position;
        while (count < loop.Second && at < text.Length)
        {
            char c = text[at];
            if ((plane[c >> 6] >> (c & 63) & 1) != 0)
            {
                at++;
            }
            else if (char.IsHighSurrogate(c) && Take(text, at, set) == 2)
            {
                at += 2;
            }
            else
            {
                break;
            }

            if (++count == loop.First)
            {
                low = at;
            }
        }

        Steps += count;
        position = at;
        return count >= loop.First;
    }

    /// <summary>UTF-16 units of the next code point where it is in the set, else 0.</summary>
    private static int Take(ReadOnlySpan<char> text, int position, CodePointSet set)
    {
        if (position >= text.Length)
        {
            return 0;
        }

        int codePoint = CodePointAt(text, position);
        return !set.Contains(codePoint) ? 0 : codePoint >= 0x10000 ? 2 : 1;
    }

    private static int CodePointAt(ReadOnlySpan<char> text, int position)
    {
        char c = text[position];
        return char.IsHighSurrogate(c) && position + 1 < text.Length && char.IsLowSurrogate(text[position + 1])
            ? char.ConvertToUtf32(c, text[position + 1])
            : c;
    }

    private static int CodePointBefore(ReadOnlySpan<char> text, int position) => CodePointAt(text, position - UnitsBefore(text, position));

    private static int UnitsAt(ReadOnlySpan<char> text, int position) =>
        position + 1 < text.Length && char.IsHighSurrogate(text[position]) && char.IsLowSurrogate(text[position + 1]) ? 2 : 1;

    private static int UnitsBefore(ReadOnlySpan<char> text, int position) =>
        position > 1 && char.IsLowSurrogate(text[position - 1]) && char.IsHighSurrogate(text[position - 2]) ? 2 : 1;

    private static bool IsAt(ReadOnlySpan<char> text, int position, Place place) => place switch
    {
        Place.TextStart => position == 0,
        Place.TextEnd => position == text.Length,
        Place.TextEndOrLastLineFeed => position == text.Length || (position == text.Length - 1 && text[position] == '\n'),
        Place.LineStart => position == 0 || (text[position - 1] == '\n' && position < text.Length),
        Place.LineEnd => position == text.Length || text[position] == '\n',
        Place.WordBoundary => IsWordBoundary(text, position),
        _ => !IsWordBoundary(text, position),
    };

    private static bool IsWordBoundary(ReadOnlySpan<char> text, int position) =>
        (position > 0 && UnicodeSets.Word.Contains(CodePointBefore(text, position)))
        != (position < text.Length && UnicodeSets.Word.Contains(CodePointAt(text, position)));

    /// <summary>A decision that can be taken back, or something to undo on the way.</summary>
    private struct Entry
    {
        public EntryKind Kind;
        public int Pc;
        public int Position;
        public int Low;
        public ulong Viable;
    }
}
