using System.Text.Json;
using ModelPack.Runtime.Tokenization.Loading;
using ModelPack.Runtime.Tokenization.Pipeline;

namespace ModelPack.Runtime.Tokenization.Limits;

/// <summary>Fills encodings up with a padding token.</summary>
/// <param name="Length">To this many tokens; 0: not to a fixed number.</param>
/// <param name="Multiple">And then to a multiple of this.</param>
/// <param name="OnLeft">Whether in front.</param>
/// <param name="Id">The padding token.</param>
/// <param name="TypeId">Its type.</param>
internal sealed record PaddingRule(int Length, int Multiple, bool OnLeft, int Id, int TypeId)
{
    /// <summary>No model takes longer texts; a file that asks for more is broken.</summary>
    private const int LengthLimit = 1 << 20;

    public static PaddingRule Read(JsonPart part)
    {
        JsonPart strategy = part.Required("strategy");
        bool longest = strategy.Element.ValueKind == JsonValueKind.String;
        if (longest && strategy.Text() != "BatchLongest")
        {
            throw strategy.Invalid($"is '{strategy.Text()}', which is neither BatchLongest nor {{\"Fixed\": n}}");
        }

        return new PaddingRule(
            longest ? 0 : strategy.Required("Fixed").Number(0, LengthLimit),
            part.Optional("pad_to_multiple_of")?.Number(0, LengthLimit) ?? 0,
            part.Optional("direction")?.Choice(Directions.IsLeft) ?? false,
            part.Optional("pad_id")?.Number(0, int.MaxValue) ?? 0,
            part.Optional("pad_type_id")?.Number(0, int.MaxValue) ?? 0);
    }

    /// <summary>Pads the list and the windows that truncation cut off it.</summary>
    public void Apply(TokenList list)
    {
        int length = Length > 0 ? Length : list.Count;
        length = Multiple > 0 ? (length + Multiple - 1) / Multiple * Multiple : length;
        foreach (TokenList window in list.Overflow)
        {
            window.Pad(length, Id, TypeId, OnLeft);
        }

        list.Pad(length, Id, TypeId, OnLeft);
    }
}
