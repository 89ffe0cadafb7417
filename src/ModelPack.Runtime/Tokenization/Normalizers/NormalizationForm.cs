using System.Text;
using ModelPack.Runtime.Tokenization.Patterns;
using ModelPack.Runtime.Tokenization.Pipeline;
using ModelPack.Runtime.Tokenization.Unicode;

namespace ModelPack.Runtime.Tokenization.Normalizers;

/// <summary>NFC, NFD, NFKC, NFKD.</summary>
internal sealed class NormalizationForm : Normalizer
{
    private readonly bool _compatibility;
    private readonly bool _compose;
    private readonly CodePointSet _changed;

    /// <param name="compatibility">The K forms.</param>
    /// <param name="compose">The C forms.</param>
    public NormalizationForm(bool compatibility, bool compose)
    {
        _compatibility = compatibility;
        _compose = compose;
        NormalizationData data = NormalizationData.Instance;
        _changed = (compose ? data.Recomposed : data.Decomposed).Union(data.Reordered);
        _changed = compatibility ? _changed.Union(data.CompatibilityDecomposed) : _changed;
    }

    public override bool Changes(ReadOnlySpan<char> text)
    {
        // Nothing below U+00A0 changes in any form.
        int at = text.IndexOfAnyInRange('\u00A0', '\uFFFF');
        if (at < 0)
        {
            return false;
        }

        foreach (Rune rune in text[at..].EnumerateRunes())
        {
            if (_changed.Contains(rune.Value))
            {
                return true;
            }
        }

        return false;
    }

    public override void Rewrite(AlignedText source, AlignedText target, Workspace workspace)
    {
        var items = new List<Item>(source.Length + 16);
        foreach (Rune rune in source.Units.EnumerateRunes())
        {
            Decompose(rune.Value, items);
        }

        Reorder(items);
        Write(items, _compose ? Compose(items) : items.Count, source, target);
    }

    private void Decompose(int codePoint, List<Item> items)
    {
        NormalizationData data = NormalizationData.Instance;
        Span<int> syllable = stackalloc int[3];
        ReadOnlySpan<int> parts = syllable[..Hangul.Decompose(codePoint, syllable)];
        parts = parts.IsEmpty ? data.Decompose(codePoint, _compatibility) : parts;
        if (parts.IsEmpty)
        {
            items.Add(new Item(codePoint, data.CombiningClass(codePoint), 0));
        }

        for (int i = 0; i < parts.Length; i++)
        {
            items.Add(new Item(parts[i], data.CombiningClass(parts[i]), i == 0 ? 0 : 1));
        }
    }

    /// <summary>
    /// Writes the result, aligned the reference library's way: an added character to the one before, any other to the next character of the
    /// source, and as many are passed over as were joined to it.
    /// </summary>
    private static void Write(List<Item> items, int count, AlignedText source, AlignedText target)
    {
        Span<char> written = stackalloc char[2];
        int before = 0;
        int at = 0;
        for (int i = 0; i < count; i++)
        {
            for (int taken = items[i].Change; taken <= 0 && at < source.Length; taken++)
            {
                before = taken == items[i].Change ? at : before;
                at += at + 1 < source.Length && char.IsHighSurrogate(source.Units[at]) ? 2 : 1;
            }

            int end = before + (before + 1 < source.Length && char.IsHighSurrogate(source.Units[before]) ? 2 : 1);
            target.AppendAs(written[..new Rune(items[i].CodePoint).EncodeToUtf16(written)], source, before, end);
        }
    }

    /// <summary>Sorts each run of marks by class; marks of one class keep their order.</summary>
    private static void Reorder(List<Item> items)
    {
        for (int i = 1; i < items.Count; i++)
        {
            if (items[i].Class != 0 && items[i - 1].Class > items[i].Class)
            {
                int start = i;
                while (start > 0 && items[start - 1].Class != 0)
                {
                    start--;
                }

                int end = i;
                while (end < items.Count && items[end].Class != 0)
                {
                    end++;
                }

                Item[] sorted = [.. items.Skip(start).Take(end - start).OrderBy(item => item.Class)];
                for (int k = 0; k < sorted.Length; k++)
                {
                    items[start + k] = sorted[k];
                }

                i = end;
            }
        }
    }

    /// <summary>Joins marks and letters to the starter before them, in place.</summary>
    private static int Compose(List<Item> items)
    {
        NormalizationData data = NormalizationData.Instance;
        int count = 0;
        int starter = -1;
        byte lastClass = 0;
        foreach (Item item in items.ToArray())
        {
            // Something of the same or a higher class in between blocks; a starter in between is the new starter.
            bool open = starter >= 0 && (lastClass == 0 || lastClass < item.Class);
            int composed = open ? data.Compose(items[starter].CodePoint, item.CodePoint) : -1;
            if (composed >= 0)
            {
                items[starter] = items[starter] with { CodePoint = composed, Change = items[starter].Change + item.Change - 1 };
                continue;
            }

            lastClass = item.Class;
            starter = item.Class == 0 ? count : starter;
            items[count++] = item;
        }

        return count;
    }

    /// <summary>A code point of the result in the making.</summary>
    /// <param name="CodePoint">The code point.</param>
    /// <param name="Class">Its combining class.</param>
    /// <param name="Change">1: it was added behind another; 0: it stands for one of the source; -n: for n more.</param>
    private readonly record struct Item(int CodePoint, byte Class, int Change);
}
