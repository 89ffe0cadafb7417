using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using ModelPack.Runtime.Tokenization.Loading;
using ModelPack.Runtime.Tokenization.Pipeline;

namespace ModelPack.Runtime.Tokenization.Normalizers;

/// <summary>
/// SentencePiece's compiled table of replacements (a double-array trie and the strings it points to), used the way the reference library
/// uses it: a short grapheme cluster is replaced as a whole by what its first known prefix stands for, the rest of it is lost; otherwise
/// each of its code points is looked up by itself.
/// </summary>
internal sealed class PrecompiledNormalizer : Normalizer
{
    /// <summary>Clusters of this many UTF-8 bytes and more are not looked up as a whole.</summary>
    private const int LongCluster = 6;

    private readonly uint[] _trie;
    private readonly byte[] _strings;

    private PrecompiledNormalizer(uint[] trie, byte[] strings)
    {
        _trie = trie;
        _strings = strings;
    }

    public static PrecompiledNormalizer Read(JsonPart part)
    {
        JsonPart charsmap = part.Required("precompiled_charsmap");
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
            return new PrecompiledNormalizer([], []);
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

        return new PrecompiledNormalizer(trie, bytes[(4 + (int)size)..]);
    }

    public override bool Changes(ReadOnlySpan<char> text) => _trie.Length > 0 && text.Length > 0;

    public override void Rewrite(AlignedText source, AlignedText target, Workspace workspace)
    {
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

        // As many characters as there were keep their own place; more are aligned to the last, fewer leave the rest to the last.
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

        return true;
    }

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
                int start = (int)Math.Min(Unit(node) & 0x7FFFFFFF, (uint)_strings.Length);
                int length = _strings.AsSpan(start).IndexOf((byte)0);
                replacement = length < 0 ? _strings.AsSpan(start) : _strings.AsSpan(start, length);
                return true;
            }
        }

        return false;
    }

    private uint Unit(uint node) => node < (uint)_trie.Length ? _trie[node] : 0;

    /// <summary>Darts-clone: 22 bits, shifted by 8 where bit 9 says so.</summary>
    private static uint Offset(uint unit) => unit >> 10 << (int)((unit & (1u << 9)) >> 6);
}
