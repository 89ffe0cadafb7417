using ModelPack.Runtime.Tokenization.Models;
using ModelPack.Runtime.Tokenization.Patterns;

namespace ModelPack.Runtime.Tokenization.Pipeline;

/// <summary>Everything that one encoding needs and the next can use again. For one thread at a time.</summary>
internal sealed class Workspace
{
    public PieceBuffer Pieces { get; } = new();

    public AlignedText Segment { get; set; } = new();

    public AlignedText SpareSegment { get; set; } = new();

    public PatternMatcher Matcher { get; } = new();

    public SymbolList Symbols { get; } = new();

    public MatchList Matches { get; } = new();

    public EncodedParts Parts { get; } = new();
}
