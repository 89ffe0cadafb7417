using ModelPack.Runtime.Tokenization.Patterns;

namespace ModelPack.Runtime.Tokenization.Unicode;

/// <summary>
/// Decompositions, compositions and combining classes of Unicode 15.1, from normalization-data.bin. Our own, because .NET's come from
/// the machine's ICU, whose version differs from machine to machine and which invariant globalization switches off.
/// </summary>
internal sealed class NormalizationData
{
    private static readonly Lazy<NormalizationData> Loaded = new(() => new NormalizationData());

    private readonly Dictionary<int, int[]> _canonical = [];
    private readonly Dictionary<int, int[]> _compatible = [];
    private readonly Dictionary<(int First, int Second), int> _compositions = [];
    private readonly Dictionary<int, byte> _classes = [];

    private NormalizationData()
    {
        var numbers = new Leb128Reader(ReadResource());
        var entries = new (int CodePoint, bool Compatibility, int[] Parts)[numbers.Next()];
        int before = 0;
        foreach (ref (int CodePoint, bool Compatibility, int[] Parts) entry in entries.AsSpan())
        {
            before += numbers.Next();
            int header = numbers.Next();
            entry = (before, (header & 1) != 0, new int[header / 2]);
            foreach (ref int part in entry.Parts.AsSpan())
            {
                part = numbers.Next();
            }
        }

        Expand(entries);
        int index = 0;
        for (int left = numbers.Next(); left > 0; left--)
        {
            index += numbers.Next();
            (int codePoint, _, int[] parts) = entries[index];
            _compositions.Add((parts[0], parts[1]), codePoint);
        }

        int end = 0;
        for (int left = numbers.Next(); left > 0; left--)
        {
            int start = end + numbers.Next();
            end = start + numbers.Next();
            byte combining = (byte)numbers.Next();
            for (int codePoint = start; codePoint < end; codePoint++)
            {
                _classes.Add(codePoint, combining);
            }
        }

        Reordered = MakeSet(_classes.Keys);
        Decomposed = MakeSet(_canonical.Keys).Union(Hangul.Syllables);
        CompatibilityDecomposed = MakeSet(_compatible.Where(e => !_canonical.TryGetValue(e.Key, out int[]? c) || !c.AsSpan().SequenceEqual(e.Value)).Select(e => e.Key));
        Recomposed = MakeSet(_canonical.Keys).Except(MakeSet(_compositions.Values))
            .Union(MakeSet(_compositions.Keys.Select(k => k.Second))).Union(Hangul.Trailing);
    }

    public static NormalizationData Instance => Loaded.Value;

    /// <summary>Combining marks that sort among their neighbours.</summary>
    public CodePointSet Reordered { get; }

    /// <summary>What NFD takes apart.</summary>
    public CodePointSet Decomposed { get; }

    /// <summary>What NFKD takes apart in another way than NFD.</summary>
    public CodePointSet CompatibilityDecomposed { get; }

    /// <summary>What NFC takes apart for good, or joins to what stands before.</summary>
    public CodePointSet Recomposed { get; }

    /// <summary>The full decomposition of a code point that is not a Hangul syllable; empty where it is itself.</summary>
    public ReadOnlySpan<int> Decompose(int codePoint, bool compatibility) =>
        (compatibility ? _compatible : _canonical).TryGetValue(codePoint, out int[]? parts) ? parts : default;

    /// <summary>The code point that two compose to, or -1.</summary>
    public int Compose(int first, int second) =>
        Hangul.Compose(first, second) is >= 0 and int syllable ? syllable : _compositions.GetValueOrDefault((first, second), -1);

    public byte CombiningClass(int codePoint) => codePoint < 0x300 ? (byte)0 : _classes.GetValueOrDefault(codePoint);

    private void Expand((int CodePoint, bool Compatibility, int[] Parts)[] entries)
    {
        Dictionary<int, (bool Compatibility, int[] Parts)> table = entries.ToDictionary(e => e.CodePoint, e => (e.Compatibility, e.Parts));
        foreach ((int codePoint, bool compatibility, _) in entries)
        {
            _compatible.Add(codePoint, Expand(codePoint, table, true));
            if (!compatibility)
            {
                _canonical.Add(codePoint, Expand(codePoint, table, false));
            }
        }
    }

    private static int[] Expand(int codePoint, Dictionary<int, (bool Compatibility, int[] Parts)> table, bool compatibility) =>
        table.TryGetValue(codePoint, out (bool Compatibility, int[] Parts) entry) && (compatibility || !entry.Compatibility)
            ? [.. entry.Parts.SelectMany(part => Expand(part, table, compatibility))]
            : [codePoint];

    private static CodePointSet MakeSet(IEnumerable<int> codePoints)
    {
        var builder = new CodePointSetBuilder();
        foreach (int codePoint in codePoints)
        {
            builder.Add(codePoint, codePoint);
        }

        return builder.Build();
    }

    private static byte[] ReadResource()
    {
        using Stream stream = typeof(NormalizationData).Assembly.GetManifestResourceStream("normalization-data.bin")!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
