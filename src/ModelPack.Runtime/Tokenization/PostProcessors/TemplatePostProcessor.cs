using ModelPack.Runtime.Tokenization.Loading;
using ModelPack.Runtime.Tokenization.Pipeline;

namespace ModelPack.Runtime.Tokenization.PostProcessors;

/// <summary>Lays out texts and special tokens as a list says; one list for a text, another for a pair.</summary>
internal sealed class TemplatePostProcessor : PostProcessor
{
    private readonly Part[] _single;
    private readonly Part[] _pair;

    public TemplatePostProcessor(IReadOnlyList<Part> single, IReadOnlyList<Part> pair)
    {
        _single = [.. single];
        _pair = [.. pair];
    }

    /// <summary>Reads "TemplateProcessing".</summary>
    /// <param name="part">The post-processor's JSON.</param>
    /// <param name="isKnown">Whether an id is some token's.</param>
    public static TemplatePostProcessor Read(JsonPart part, Func<int, bool> isKnown)
    {
        JsonPart specials = part.Required("special_tokens");
        Dictionary<string, int[]> ids = ReadSpecialTokens(specials, isKnown);
        return new TemplatePostProcessor(
            part.Required("single").Items().ConvertAll(item => ReadPart(item, part.Path + ".single", ids, specials)),
            part.Required("pair").Items().ConvertAll(item => ReadPart(item, part.Path + ".pair", ids, specials)));
    }

    public override int CountAdded(bool pair) => (pair ? _pair : _single).Sum(p => p.SpecialIds.Length);

    public override void Process(EncodedParts encoded, bool addSpecialTokens)
    {
        // Behind another template there may be any number of parts; two and more are a pair of the first two.
        foreach (Part part in encoded.Parts.Count > 1 ? _pair : _single)
        {
            if (part.Sequence < 0)
            {
                AddSpecials(encoded, part, addSpecialTokens);
            }
            else if (part.Sequence < encoded.Parts.Count)
            {
                TokenList copy = encoded.AddNext();
                copy.Append(encoded.Parts[part.Sequence]);
                copy.SetTypeId(part.TypeId);
                copy.Overflow.AddRange(encoded.Parts[part.Sequence].Overflow);
            }
        }

        encoded.Replace();
    }

    private static void AddSpecials(EncodedParts encoded, Part part, bool addSpecialTokens)
    {
        if (!addSpecialTokens)
        {
            return;
        }

        TokenList list = encoded.AddNext();
        foreach (int id in part.SpecialIds)
        {
            list.AddSpecial(id, part.TypeId);
        }
    }

    private static Dictionary<string, int[]> ReadSpecialTokens(JsonPart specials, Func<int, bool> isKnown)
    {
        var result = new Dictionary<string, int[]>();
        foreach ((string name, JsonPart value) in specials.Members())
        {
            List<JsonPart> ids = value.Required("ids").Items();
            if (ids.Count != value.Required("tokens").Items().Count)
            {
                throw specials.Invalid($"has '{name}' with ids and tokens of different number", TokenizerErrors.Contradiction);
            }

            result[name] = [.. ids.Select(id => id.Number(0, int.MaxValue))];
            if (!result[name].All(isKnown))
            {
                throw specials.Invalid($"has '{name}' with an id that no token has", TokenizerErrors.Contradiction);
            }
        }

        return result;
    }

    private static Part ReadPart(JsonPart item, string path, Dictionary<string, int[]> ids, JsonPart specials)
    {
        if (item.Optional("SpecialToken") is { } special)
        {
            string name = special.Required("id").Text();
            return ids.TryGetValue(name, out int[]? found)
                ? new Part(-1, found, special.Required("type_id").Number(0, int.MaxValue))
                : throw specials.Invalid($"lacks '{name}', which {path} names", TokenizerErrors.Contradiction);
        }

        JsonPart sequence = item.Required("Sequence");
        int index = sequence.Required("id").Text() switch
        {
            "A" => 0,
            "B" => 1,
            var other => throw item.Invalid($"names the text '{other}'; there are A and B"),
        };
        return new Part(index, [], sequence.Required("type_id").Number(0, int.MaxValue));
    }

    /// <summary>One part of a layout.</summary>
    /// <param name="Sequence">0 or 1: that text; -1: special tokens.</param>
    /// <param name="SpecialIds">Their ids.</param>
    /// <param name="TypeId">The type of all tokens of the part.</param>
    internal sealed record Part(int Sequence, int[] SpecialIds, int TypeId);
}
