using ModelPack.Runtime.Tokenization.Models;
using ModelPack.Runtime.Tokenization.Normalizers;
using ModelPack.Runtime.Tokenization.Patterns;

namespace ModelPack.Runtime.Tokenization.Pipeline;

/// <summary>Everything that one encoding needs and the next can use again. For one thread at a time.</summary>
internal sealed class Workspace
{
    private PathStep[] _path = [];

    public PieceBuffer Pieces { get; } = new();

    public AlignedText Segment { get; set; } = new();

    public AlignedText SpareSegment { get; set; } = new();

    public PatternMatcher Matcher { get; } = new();

    public SymbolList Symbols { get; } = new();

    public MatchList Matches { get; } = new();

    /// <summary>The tokens of one word before they go into the list: id, and where they end in the word.</summary>
    public List<(int Id, int End)> Found { get; } = [];

    /// <summary>Code points of a normalization form in the making.</summary>
    public List<NormalizedItem> Items { get; } = [];

    public EncodedParts Parts { get; } = new();

    /// <summary>Room for the best ways to so many places.</summary>
    public PathStep[] Path(int places)
    {
        if (_path.Length < places)
        {
            _path = new PathStep[Math.Max(places, _path.Length * 2)];
        }

        return _path;
    }
}
