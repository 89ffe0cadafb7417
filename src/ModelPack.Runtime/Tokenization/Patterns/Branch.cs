using System.Numerics;

namespace ModelPack.Runtime.Tokenization.Patterns;

/// <summary>The alternatives at one point of a program, each with the code points that it can begin with.</summary>
internal sealed class Branch
{
    /// <summary>One bit an alternative.</summary>
    public const int Limit = 64;

    private readonly ulong[] _ascii = new ulong[128];
    private CodePointSet?[] _first = [];

    public Branch(int[] targets)
    {
        Targets = targets;
        AtEnd = targets.Length == Limit ? ulong.MaxValue : (1UL << targets.Length) - 1;
        Array.Fill(_ascii, AtEnd);
    }

    /// <summary>Where each alternative begins in the program.</summary>
    public int[] Targets { get; }

    /// <summary>The alternatives that can match at the end of the text.</summary>
    public ulong AtEnd { get; private set; }

    /// <summary>Sets what each alternative can begin with; null: anything, or nothing at all.</summary>
    public void Guard(CodePointSet?[] first)
    {
        _first = first;
        for (int c = 0; c < _ascii.Length; c++)
        {
            _ascii[c] = Test(c);
        }

        AtEnd = 0;
        for (int i = 0; i < first.Length; i++)
        {
            AtEnd |= first[i] is null ? 1UL << i : 0;
        }
    }

    /// <summary>The alternatives that can match where <paramref name="codePoint"/> is next.</summary>
    public ulong Viable(int codePoint) => codePoint < 128 ? _ascii[codePoint] : Test(codePoint);

    private ulong Test(int codePoint)
    {
        ulong viable = 0;
        for (int i = 0; i < _first.Length; i++)
        {
            viable |= _first[i] is { } set && !set.Contains(codePoint) ? 0 : 1UL << i;
        }

        return viable;
    }

    /// <summary>The first alternative of <paramref name="viable"/>, which loses it.</summary>
    public int Take(ref ulong viable)
    {
        int target = Targets[BitOperations.TrailingZeroCount(viable)];
        viable &= viable - 1;
        return target;
    }
}
