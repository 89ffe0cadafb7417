using ModelPack.Runtime.Tokenization.Loading;
using ModelPack.Runtime.Tokenization.Pipeline;

namespace ModelPack.Runtime.Tokenization.Limits;

/// <summary>Cuts one or two texts to a number of tokens, special tokens counted in. What is cut off stays at hand in windows that overlap.</summary>
/// <param name="Length">Tokens that remain at most.</param>
/// <param name="Strategy">Which of two texts is cut.</param>
/// <param name="Stride">Tokens that neighbouring windows share.</param>
/// <param name="FromLeft">Whether the beginning is cut off and not the end.</param>
internal sealed record TruncationRule(int Length, TruncationStrategy Strategy, int Stride, bool FromLeft)
{
    private static readonly Dictionary<string, TruncationStrategy> Strategies =
        Enum.GetValues<TruncationStrategy>().ToDictionary(s => s.ToString());

    public static TruncationRule Read(JsonPart part)
    {
        int length = part.Required("max_length").Number(0, int.MaxValue);
        JsonPart? stride = part.Optional("stride");
        int shared = stride?.Number(0, int.MaxValue) ?? 0;
        return shared < length || shared == 0
            ? new TruncationRule(
                length,
                part.Optional("strategy")?.Choice(Strategies) ?? TruncationStrategy.LongestFirst,
                shared,
                part.Optional("direction")?.Choice(Directions.IsLeft) ?? false)
            : throw stride!.Value.Invalid($"is {shared}, which has to be less than max_length ({length})");
    }

    /// <summary>Cuts the lists, which have <paramref name="added"/> special tokens still to come.</summary>
    /// <exception cref="ModelPackException">MPK4108: the text that the rule cuts is too short for it.</exception>
    public void Apply(EncodedParts encoded, int added)
    {
        int room = Math.Max(Length - added, 0);
        TokenList first = encoded.Parts[0];
        TokenList? second = encoded.Parts.Count > 1 ? encoded.Parts[1] : null;
        int excess = first.Count + (second?.Count ?? 0) - room;
        if (excess <= 0)
        {
            return;
        }

        if (room == 0)
        {
            Cut(first, 0);
            Cut(second, 0);
        }
        else if (Strategy == TruncationStrategy.LongestFirst)
        {
            (int firstRoom, int secondRoom) = second is null ? (room, 0) : Share(first.Count, second.Count, room);
            Cut(first, firstRoom);
            Cut(second, secondRoom);
        }
        else
        {
            TokenList? target = Strategy == TruncationStrategy.OnlyFirst ? first : second;
            if (target is null || target.Count <= excess)
            {
                throw new ModelPackException(
                    TokenizerErrors.TextTooShort,
                    $"The tokenizer's truncation is {Strategy} to {Length} tokens, but that text has {target?.Count ?? 0} and {excess} would have to go; shorten the other text.");
            }

            Cut(target, target.Count - excess);
        }
    }

    /// <summary>The shorter text keeps what it has up to half of the room; an odd token goes to the longer one.</summary>
    private static (int First, int Second) Share(int first, int second, int room)
    {
        (int shorter, int longer) = first > second ? (second, first) : (first, second);
        longer = shorter > room ? shorter : Math.Max(shorter, room - shorter);
        if (shorter + longer > room)
        {
            shorter = room / 2;
            longer = shorter + (room % 2);
        }

        return first > second ? (longer, shorter) : (shorter, longer);
    }

    private void Cut(TokenList? list, int length)
    {
        if (list is null || list.Count <= length)
        {
            return;
        }

        if (length == 0)
        {
            TokenList all = list.Slice(0, list.Count);
            list.Reset(list.Tracks);
            list.Overflow.Add(all);
            return;
        }

        List<(int Start, int End)> windows = Windows(list.Count, length);
        List<TokenList> slices = windows.ConvertAll(w => list.Slice(w.Start, w.End - w.Start));
        list.Reset(list.Tracks);
        list.Append(slices[0]);
        list.Overflow.AddRange(slices.Skip(1));
    }

    private List<(int Start, int End)> Windows(int count, int length)
    {
        int step = Math.Max(length - Stride, 1);
        var windows = new List<(int Start, int End)>();
        if (FromLeft)
        {
            for (int end = count; windows.Count == 0 || windows[^1].Start > 0; end -= step)
            {
                windows.Add((Math.Max(end - length, 0), end));
            }
        }
        else
        {
            for (int start = 0; windows.Count == 0 || windows[^1].End < count; start += step)
            {
                windows.Add((start, Math.Min(start + length, count)));
            }
        }

        return windows;
    }
}
