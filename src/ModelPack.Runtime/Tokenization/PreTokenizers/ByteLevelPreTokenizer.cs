using ModelPack.Runtime.Tokenization.Loading;
using ModelPack.Runtime.Tokenization.Patterns;
using ModelPack.Runtime.Tokenization.Pipeline;

namespace ModelPack.Runtime.Tokenization.PreTokenizers;

/// <summary>Splits with GPT-2's pattern (unless the file says not to), then writes each byte of the text as a printable character.</summary>
internal sealed class ByteLevelPreTokenizer(bool addPrefixSpace, bool split) : PreTokenizer
{
    private static readonly Lazy<PatternSplit> Gpt2 = new(() => new PatternSplit(
        Pattern.Parse(@"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"), SplitBehavior.Isolated, invert: false));

    private static readonly Action<AlignedText, Piece, AlignedText> PrefixSpace = AddSpace;
    private static readonly Action<AlignedText, Piece, AlignedText> ToBytes =
        static (text, piece, target) => ByteCharacters.Encode(text, piece.Start, piece.End, target);

    public static ByteLevelPreTokenizer Read(JsonPart part) =>
        new(part.OptionalFlag("add_prefix_space", true), part.OptionalFlag("use_regex", true));

    public override void Apply(Workspace workspace)
    {
        if (addPrefixSpace)
        {
            workspace.Pieces.Rewrite(PrefixSpace);
        }

        if (split)
        {
            Gpt2.Value.Apply(workspace);
        }

        workspace.Pieces.Rewrite(ToBytes);
    }

    private static void AddSpace(AlignedText text, Piece piece, AlignedText target)
    {
        if (piece.Length > 0 && text.Units[piece.Start] != ' ')
        {
            int first = piece.Length > 1 && char.IsSurrogatePair(text.Units[piece.Start], text.Units[piece.Start + 1]) ? 2 : 1;
            target.AppendAs(" ", text, piece.Start, piece.Start + first);
        }

        target.AppendFrom(text, piece.Start, piece.Length);
    }
}
