using System.Diagnostics.CodeAnalysis;

namespace ModelPack.Packing.Recipes.Syntax;

/// <summary>One of a fixed list of names or numbers.</summary>
internal sealed class ChoiceSyntax<T>(params Choice<T>[] choices) : ValueSyntax<T>
{
    public override string Values => Join(choices);

    public override IEnumerable<string> Names => choices.Select(choice => choice.Text);

    public override bool TryParse(string text, [MaybeNullWhen(false)] out T value)
    {
        Choice<T>? choice = choices.FirstOrDefault(choice => choice.Text.Equals(text, StringComparison.OrdinalIgnoreCase));
        value = choice is null ? default : choice.Value;
        return choice is not null;
    }

    public override string Format(T value) => Find(value).Text;

    public override string? Missing(T value) => Find(value).Available
        ? null
        : "choose " + Join(choices.Where(choice => choice.Available));

    private Choice<T> Find(T value) => choices.First(choice => EqualityComparer<T>.Default.Equals(choice.Value, value));

    private static string Join(IEnumerable<Choice<T>> some) => string.Join(", ", some.Select(choice => choice.Text));
}
