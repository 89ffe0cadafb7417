namespace ModelPack.Formats.Gguf;

/// <summary>What is being read, for messages: a text is made of it only when something is wrong, since headers have hundreds of thousands of parts.</summary>
/// <param name="What">Words before the name or number: <c>the type of</c>.</param>
/// <param name="Name">A name that will be quoted, or null.</param>
/// <param name="Number">A number instead of the name, or -1.</param>
internal readonly record struct GgufPart(string What, string? Name = null, int Number = -1)
{
    public static implicit operator GgufPart(string what) => new(what);

    public override string ToString() => Name is not null ? $"{What} '{Name}'" : Number >= 0 ? $"{What} {Number}" : What;
}
