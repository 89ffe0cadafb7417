using ModelPack.Runtime.Tokenization.Normalizers;
using ModelPack.Runtime.Tokenization.Pipeline;

namespace ModelPack.Runtime.Tokenization.AddedTokens;

/// <summary>The first step of every encoding: takes added tokens out of the text, normalizes the stretches between them, takes out the added tokens that ask for normalized text.</summary>
internal sealed class AddedTokenSplitter
{
    private readonly AddedTokenMatcher _original;
    private readonly AddedTokenMatcher _normalized;
    private readonly Normalizer? _normalizer;

    public AddedTokenSplitter(IReadOnlyList<AddedToken> tokens, Normalizer? normalizer)
    {
        _normalizer = normalizer;
        _original = new AddedTokenMatcher(tokens.Where(t => !t.Normalized));
        _normalized = new AddedTokenMatcher(tokens.Where(t => t.Normalized));
    }

    public void Split(ReadOnlySpan<char> text, bool tracks, Workspace workspace)
    {
        workspace.Pieces.Reset(tracks);
        int from = 0;
        int covered = 0;
        while (_original.TryFind(text, ref from, covered, out AddedToken token, out int start, out int end))
        {
            if (covered < start)
            {
                AddStretch(text[covered..start], covered, tracks, workspace);
            }

            workspace.Pieces.AddOriginal(text[start..end], start, token.Id);
            covered = end;
        }

        if (covered < text.Length)
        {
            AddStretch(text[covered..], covered, tracks, workspace);
        }
    }

    private void AddStretch(ReadOnlySpan<char> stretch, int offset, bool tracks, Workspace workspace)
    {
        if (_normalizer is null && _normalized.IsEmpty)
        {
            workspace.Pieces.AddOriginal(stretch, offset, -1);
            return;
        }

        workspace.Segment.Reset(tracks);
        workspace.Segment.AppendOriginal(stretch, offset);
        _normalizer?.Apply(workspace);
        AlignedText segment = workspace.Segment;
        int from = 0;
        int covered = 0;
        while (_normalized.TryFind(segment.Units, ref from, covered, out AddedToken token, out int start, out int end))
        {
            if (covered < start)
            {
                workspace.Pieces.AddFrom(segment, covered, start - covered, -1);
            }

            workspace.Pieces.AddFrom(segment, start, end - start, token.Id);
            covered = end;
        }

        if (covered < segment.Length)
        {
            workspace.Pieces.AddFrom(segment, covered, segment.Length - covered, -1);
        }
    }
}
