namespace ModelPack.Packing.Recipes.Syntax;

/// <summary>Parts of GPTQ, separated by commas: <c>order,search,targets,descent,refit</c>.</summary>
internal sealed class GptqPartsSyntax : ValueSyntax<GptqParts>
{
    private static readonly (string Name, GptqParts Part)[] Parts =
    [
        ("none", GptqParts.None), ("order", GptqParts.Order), ("search", GptqParts.Search), ("targets", GptqParts.Targets),
        ("auto-targets", GptqParts.AutomaticTargets), ("descent", GptqParts.Descent), ("refit", GptqParts.Refit),
    ];

    public override string Values => "none, or a list of order, search, targets or auto-targets, descent, refit";

    public override bool TryParse(string text, out GptqParts value)
    {
        value = GptqParts.None;
        foreach (string name in text.Split(',', StringSplitOptions.TrimEntries))
        {
            int index = Array.FindIndex(Parts, part => part.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
            if (index < 0)
            {
                return false;
            }

            value |= Parts[index].Part;
        }

        return !value.HasFlag(GptqParts.Targets | GptqParts.AutomaticTargets);
    }

    public override string Format(GptqParts value) =>
        value == GptqParts.None ? "none" : string.Join(',', Parts.Where(part => part.Part != GptqParts.None && value.HasFlag(part.Part)).Select(part => part.Name));
}
