namespace ModelPack.Runtime.Tokenization.Conversion;

/// <summary>An entry of added_tokens.</summary>
internal sealed record WrittenToken(int Id, string Content, bool Special)
{
    public bool SingleWord { get; init; }

    public bool LeftStrip { get; init; }

    public bool RightStrip { get; init; }

    public bool Normalized { get; init; }

    public Step ToStep() => new(
        ("id", Id),
        ("content", Content),
        ("single_word", SingleWord),
        ("lstrip", LeftStrip),
        ("rstrip", RightStrip),
        ("normalized", Normalized),
        ("special", Special));
}
