using System.Diagnostics.CodeAnalysis;

namespace ModelPack.Packing.Recipes.Syntax;

/// <summary>The text form of one kind of value: what is allowed, how it is read, the one way it is written.</summary>
internal abstract class ValueSyntax<T>
{
    /// <summary>The allowed values, for help and messages.</summary>
    public abstract string Values { get; }

    /// <summary>The names among the allowed values, for suggestions.</summary>
    public virtual IEnumerable<string> Names => [];

    /// <summary>Reads a value; false when the text is not one.</summary>
    public abstract bool TryParse(string text, [MaybeNullWhen(false)] out T value);

    /// <summary>The canonical text, which <see cref="TryParse"/> reads back to an equal value.</summary>
    public abstract string Format(T value);

    /// <summary>What <paramref name="value"/> needs that this version does not have; null when nothing is missing.</summary>
    public virtual string? Missing(T value) => null;
}
