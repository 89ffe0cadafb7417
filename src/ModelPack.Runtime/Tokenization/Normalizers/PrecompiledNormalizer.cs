using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using ModelPack.Runtime.Tokenization.Loading;
using ModelPack.Runtime.Tokenization.Pipeline;

namespace ModelPack.Runtime.Tokenization.Normalizers;

/// <summary>
/// SentencePiece's compiled table of replacements (a double-array trie and the strings it points to), used the way the reference library
/// uses it: a short grapheme cluster is replaced as a whole by what its first known prefix stands for, the rest of it is lost; otherwise
/// each of its code points is looked up by itself. Tables that come from a SentencePiece model are used SentencePiece's way: the longest known
/// prefix of what is left is replaced, which no mark gets lost by; our own conversion asks for that by "match": "longest".
/// </summary>
internal sealed class PrecompiledNormalizer : Normalizer
{
    /// <summary>Clusters of this many UTF-8 bytes and more are not looked up as a whole.</summary>
    private const int LongCluster = 6;

    private static readonly Dictionary<string, bool> Matches = new() { ["cluster"] = false, ["longest"] = true };

    private readonly uint[] _trie;
    private readonly byte[] _strings;
    private readonly bool _longest;

    private PrecompiledNormalizer(uint[] trie, byte[] strings, bool longest)
    {
        _trie = trie;
        _strings = strings;
        _longest = longest;
    }

    public static PrecompiledNormalizer Read(JsonPart part)
    {
        JsonPart charsmap = part.Required("precompiled_charsmap");
        bool longest = part.Optional("match")?.Choice(Matches) ?? false;
        byte[] bytes;
        try
        {
            bytes = Convert.FromBase64String(charsmap.Text());
        }
        catch (FormatException)
        {
            throw charsmap.Invalid("is not base64");
        }

        // SentencePiece writes an empty table for its identity rule.
        if (bytes.Length == 0)
        {
            return new PrecompiledNormalizer([], [], longest);
        }

        uint size = bytes.Length >= 4 ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : uint.MaxValue;
        if (size > bytes.Length - 4 || size % 4 != 0)
        {
            throw charsmap.Invalid("is cut off");
        }

        var trie = new uint[size / 4];
        for (int i = 0; i < trie.Length; i++)
        {
            trie[i] = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(4 + (i * 4)));
        }

        return new PrecompiledNormalizer(trie, bytes[(4 + (int)size)..], longest);
    }

    public override bool Changes(ReadOnlySpan<char> text) => _trie.Length > 0 && text.Length > 0;

    public override void Rewrite(AlignedText source, AlignedText target, Workspace workspace)
    {
        if (_longest)
        {
            RewriteLongest(source, target);
            return;
        }

        Span<byte> utf8 = stackalloc byte[16];
        ReadOnlySpan<char> units = source.Units;
        for (int at = 0; at < units.Length;)
        {
            int end = at + StringInfo.GetNextTextElementLength(units[at..]);
            int bytes = Encoding.UTF8.GetByteCount(units[at..end]);
            if (bytes < LongCluster && TryReplace(source, at, end, utf8, target))
            {
                at = end;
                continue;
            }

            while (at < end)
            {
                int next = at + (char.IsHighSurrogate(units[at]) && at + 1 < end ? 2 : 1);
                if (!TryReplace(source, at, next, utf8, target))
                {
                    target.AppendFrom(source, at, next - at);
                }

                at = next;
            }
        }
    }

    private bool TryReplace(AlignedText source, int start, int end, Span<byte> utf8, AlignedText target)
    {
        ReadOnlySpan<char> key = source.Units[start..end];
        if (!TryFind(utf8[..Encoding.UTF8.GetBytes(key, utf8)], out ReadOnlySpan<byte> replacement))
        {
            return false;
        }

        Append(replacement, source, start, end, target);
        return true;
    }

    private void RewriteLongest(AlignedText source, AlignedText target)
    {
        ReadOnlySpan<char> units = source.Units;
        int done = 0;
        for (int at = 0; at < units.Length;)
        {
            int end = FindLongest(units, at, out ReadOnlySpan<byte> replacement);
            if (end < 0)
            {
                at += UnitsAt(units, at);
                continue;
            }

            target.AppendFrom(source, done, at - done);
            Append(replacement, source, at, end, target);
            at = done = end;
        }

        target.AppendFrom(source, done, units.Length - done);
    }

    /// <summary>Where the longest known prefix of what is left ends, and what it stands for; -1 where none is known.</summary>
    private int FindLongest(ReadOnlySpan<char> units, int at, out ReadOnlySpan<byte> replacement)
    {
        replacement = default;
        int found = -1;
        Span<byte> utf8 = stackalloc byte[4];
        uint node = Offset(Unit(0));
        while (at < units.Length)
        {
            Rune.DecodeFromUtf16(units[at..], out Rune rune, out int taken);
            at += taken;
            foreach (byte label in utf8[..rune.EncodeToUtf8(utf8)])
            {
                node ^= label;
                uint unit = Unit(node);
                if (label == 0 || (unit & 0x800000FF) != label)
                {
                    return found;
                }

                node ^= Offset(unit);
                if ((unit >> 8 & 1) != 0)
                {
                    replacement = Replacement(node);
                    found = at;
                }
            }
        }

        return found;
    }

    // As many characters as there were keep their own place; more are aligned to the last, fewer leave the rest to the last.
    private static void Append(ReadOnlySpan<byte> replacement, AlignedText source, int start, int end, AlignedText target)
    {
        int at = start;
        Span<char> written = stackalloc char[2];
        while (!replacement.IsEmpty)
        {
            Rune.DecodeFromUtf8(replacement, out Rune rune, out int used);
            replacement = replacement[used..];
            int next = at < end ? at + (char.IsHighSurrogate(source.Units[at]) && at + 1 < end ? 2 : 1) : end;
            int from = at < end ? at : end - 1;
            target.AppendAs(written[..rune.EncodeToUtf16(written)], source, from, next);
            at = next;
        }
    }

    private static int UnitsAt(ReadOnlySpan<char> units, int at) => char.IsHighSurrogate(units[at]) && at + 1 < units.Length ? 2 : 1;

    /// <summary>What the first, shortest known prefix of the key stands for.</summary>
    private bool TryFind(ReadOnlySpan<byte> key, out ReadOnlySpan<byte> replacement)
    {
        replacement = default;
        uint node = Offset(Unit(0));
        foreach (byte label in key)
        {
            node ^= label;
            uint unit = Unit(node);
            if (label == 0 || (unit & 0x800000FF) != label)
            {
                return false;
            }

            node ^= Offset(unit);
            if ((unit >> 8 & 1) != 0)
            {
                replacement = Replacement(node);
                return true;
            }
        }

        return false;
    }

    /// <summary>The string that a leaf points to; it ends at a zero.</summary>
    private ReadOnlySpan<byte> Replacement(uint node)
    {
        int start = (int)Math.Min(Unit(node) & 0x7FFFFFFF, (uint)_strings.Length);
        int length = _strings.AsSpan(start).IndexOf((byte)0);
        return length < 0 ? _strings.AsSpan(start) : _strings.AsSpan(start, length);
    }

    private uint Unit(uint node) => node < (uint)_trie.Length ? _trie[node] : 0;

    /// <summary>Darts-clone: 22 bits, shifted by 8 where bit 9 says so.</summary>
    private static uint Offset(uint unit) => unit >> 10 << (int)((unit & (1u << 9)) >> 6);
}
