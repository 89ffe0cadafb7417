using ModelPack.Runtime.Tokenization.Loading;
using ModelPack.Runtime.Tokenization.Pipeline;

namespace ModelPack.Runtime.Tokenization.PreTokenizers;

/// <summary>SentencePiece's way with spaces: each becomes a visible mark, one goes in front, and words begin at marks.</summary>
internal sealed class MetaspacePreTokenizer : PreTokenizer
{
    private readonly MetaspaceOptions _options;
    private readonly LiteralSplit? _split;
    private readonly Action<AlignedText, Piece, AlignedText> _mark;

    public MetaspacePreTokenizer(MetaspaceOptions options)
    {
        _options = options;
        _split = options.Split ? new LiteralSplit(options.Replacement, SplitBehavior.MergedWithNext, invert: false) : null;
        _mark = Mark;
    }

    public override bool NeedsSource => _options.Prepend == PrependScheme.First;

    public static MetaspacePreTokenizer Read(JsonPart part) => new(MetaspaceOptions.Read(part));

    public override void Apply(Workspace workspace)
    {
        workspace.Pieces.Rewrite(_mark);
        _split?.Apply(workspace);
    }

    private void Mark(AlignedText text, Piece piece, AlignedText target)
    {
        ReadOnlySpan<char> units = text.Units.Slice(piece.Start, piece.Length);
        if (Prepends(text, piece))
        {
            target.AppendAs(_options.Replacement, text, piece.Start, piece.Start + 1);
        }

        int at = 0;
        while (units[at..].IndexOf(' ') is >= 0 and int space)
        {
            target.AppendFrom(text, piece.Start + at, space);
            at += space + 1;
            target.AppendAs(_options.Replacement, text, piece.Start + at - 1, piece.Start + at);
        }

        target.AppendFrom(text, piece.Start + at, piece.Length - at);
    }

    private bool Prepends(AlignedText text, Piece piece)
    {
        ReadOnlySpan<char> units = text.Units.Slice(piece.Start, piece.Length);
        if (units.IsEmpty || units[0] == ' ' || units.StartsWith(_options.Replacement))
        {
            return false;
        }

        return _options.Prepend switch
        {
            PrependScheme.Always => true,
            PrependScheme.First => text.Source(piece.Start, piece.End).Start == 0,
            _ => false,
        };
    }
}
