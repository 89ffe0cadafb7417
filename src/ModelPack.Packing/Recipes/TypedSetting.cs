using ModelPack.Packing.Recipes.Syntax;

namespace ModelPack.Packing.Recipes;

/// <summary>A setting with the syntax of its values and its place in a recipe.</summary>
internal sealed class TypedSetting<T>(
    string name,
    ValueSyntax<T> syntax,
    Func<Recipe, (bool Given, T Value)> get,
    Func<Recipe, T, Recipe> set,
    string meaning)
    : SettingDefinition(name, syntax.Values, meaning)
{
    public override IReadOnlyList<string> LaterValues { get; } =
        [.. syntax.Names.Where(text => syntax.TryParse(text, out T? value) && syntax.Missing(value) is not null)];

    public override bool IsFlag => typeof(T) == typeof(bool);

    internal override Recipe Apply(Recipe recipe, string text)
    {
        if (syntax.TryParse(text, out T? value))
        {
            return set(recipe, value);
        }

        string meant = NearestName.Find(text, syntax.Names) is { } nearest ? $" (did you mean '{nearest}'?)" : "";
        throw new ModelPackException(
            RecipeErrors.InvalidValue, $"{Name} is '{text}'{meant}; allowed: {syntax.Values}.");
    }

    internal override string? Format(Recipe recipe) => get(recipe) is (true, var value) ? syntax.Format(value) : null;

    internal override string? Missing(Recipe recipe) => get(recipe) is not (true, var value) ? null
        : !IsAvailable ? $"{Name} is not available in this version; leave it out."
        : syntax.Missing(value) is { } instead ? $"{Name} '{syntax.Format(value)}' is not available in this version; {instead}."
        : null;
}
