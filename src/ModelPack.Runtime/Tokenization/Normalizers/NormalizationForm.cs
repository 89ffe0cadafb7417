using System.Text;
using ModelPack.Runtime.Tokenization.Patterns;
using ModelPack.Runtime.Tokenization.Pipeline;
using ModelPack.Runtime.Tokenization.Unicode;

namespace ModelPack.Runtime.Tokenization.Normalizers;

/// <summary>NFC, NFD, NFKC, NFKD.</summary>
internal sealed class NormalizationForm : Normalizer
{
    private const char FirstChanged = '\u00A0';

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
        int at = text.IndexOfAnyInRange(FirstChanged, '\uFFFF');
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

    /// <summary>
    /// What is below U+00A0 neither changes nor joins what stands before it, so only the other stretches are looked at, each with the one unit before it,
    /// which a mark may join.
    /// </summary>
    public override void Rewrite(AlignedText source, AlignedText target, Workspace workspace)
    {
        List<NormalizedItem> items = workspace.Items;
        ReadOnlySpan<char> units = source.Units;
        for (int done = 0; done < units.Length;)
        {
            int high = units[done..].IndexOfAnyInRange(FirstChanged, '\uFFFF');
            int start = high < 0 ? units.Length : Math.Max(done, done + high - 1);
            target.AppendFrom(source, done, start - done);
            if (start == units.Length)
            {
                return;
            }

            int from = done + high;
            int plain = units[from..].IndexOfAnyExceptInRange(FirstChanged, '\uFFFF');
            int end = plain < 0 ? units.Length : from + plain;
            items.Clear();
            foreach (Rune rune in units[start..end].EnumerateRunes())
            {
                Decompose(rune.Value, items);
            }

            Reorder(items);
            Write(items, _compose ? Compose(items) : items.Count, source, start, end, target);
            done = end;
        }
    }

    private void Decompose(int codePoint, List<NormalizedItem> items)
    {
        NormalizationData data = NormalizationData.Instance;
        Span<int> syllable = stackalloc int[3];
        ReadOnlySpan<int> parts = syllable[..Hangul.Decompose(codePoint, syllable)];
        parts = parts.IsEmpty ? data.Decompose(codePoint, _compatibility) : parts;
        if (parts.IsEmpty)
        {
            items.Add(new NormalizedItem(codePoint, data.CombiningClass(codePoint), 0));
        }

        for (int i = 0; i < parts.Length; i++)
        {
            items.Add(new NormalizedItem(parts[i], data.CombiningClass(parts[i]), i == 0 ? 0 : 1));
        }
    }

    /// <summary>
    /// Writes the result, aligned the reference library's way: an added character to the one before, any other to the next character of the
    /// source, and as many are passed over as were joined to it.
    /// </summary>
    private static void Write(List<NormalizedItem> items, int count, AlignedText source, int start, int limit, AlignedText target)
    {
        Span<char> written = stackalloc char[2];
        int before = start;
        int at = start;
        for (int i = 0; i < count; i++)
        {
            for (int taken = items[i].Change; taken <= 0 && at < limit; taken++)
            {
                before = taken == items[i].Change ? at : before;
                at += at + 1 < source.Length && char.IsHighSurrogate(source.Units[at]) ? 2 : 1;
            }

            int end = before + (before + 1 < source.Length && char.IsHighSurrogate(source.Units[before]) ? 2 : 1);
            target.AppendAs(written[..new Rune(items[i].CodePoint).EncodeToUtf16(written)], source, before, end);
        }
    }

    /// <summary>Sorts each run of marks by class; marks of one class keep their order.</summary>
    private static void Reorder(List<NormalizedItem> items)
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

                NormalizedItem[] sorted = [.. items.Skip(start).Take(end - start).OrderBy(item => item.Class)];
                for (int k = 0; k < sorted.Length; k++)
                {
                    items[start + k] = sorted[k];
                }

                i = end;
            }
        }
    }

    /// <summary>Joins marks and letters to the starter before them, in place.</summary>
    private static int Compose(List<NormalizedItem> items)
    {
        NormalizationData data = NormalizationData.Instance;
        int count = 0;
        int starter = -1;
        byte lastClass = 0;
        for (int i = 0; i < items.Count; i++)
        {
            // What is written lies at or before what is read.
            NormalizedItem item = items[i];

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
}
