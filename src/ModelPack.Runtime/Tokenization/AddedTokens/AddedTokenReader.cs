using ModelPack.Runtime.Tokenization.Loading;
using ModelPack.Runtime.Tokenization.Normalizers;
using ModelPack.Runtime.Tokenization.Pipeline;
using ModelPack.Runtime.Tokenization.Vocabularies;

namespace ModelPack.Runtime.Tokenization.AddedTokens;

/// <summary>
/// Reads "added_tokens" and gives each token its id: the vocabulary's, else the next free one. The id in the file is not believed
/// (Hugging Face's library does not either), but a file that contradicts itself is refused.
/// </summary>
internal sealed class AddedTokenReader(Vocabulary vocabulary, Normalizer? normalizer)
{
    private readonly Dictionary<string, AddedToken> _byContent = [];
    private readonly HashSet<int> _writtenIds = [];
    private readonly Workspace _workspace = new();
    private int _next = vocabulary.Count;

    /// <summary>The tokens in the order of the file.</summary>
    public List<AddedToken> Tokens { get; } = [];

    /// <summary>Whether the file gives an id to an added token, used or not.</summary>
    public bool IsWritten(int id) => _writtenIds.Contains(id);

    public void Read(JsonPart list)
    {
        foreach (JsonPart part in list.Items())
        {
            AddedToken written = AddedToken.Read(part);
            if (written.Content.Length == 0)
            {
                continue;
            }

            if (_byContent.ContainsKey(written.Content))
            {
                throw part.Required("content").Invalid($"'{written.Content}' was added before", TokenizerErrors.Contradiction);
            }

            if (!_writtenIds.Add(written.Id))
            {
                throw part.Required("id").Invalid($"is {written.Id}, as for an added token before", TokenizerErrors.Contradiction);
            }

            AddedToken token = written with { Id = FindId(written, part), Match = written.Normalized ? Normalize(written.Content) : written.Content };
            _byContent.Add(token.Content, token);
            Tokens.Add(token);
        }
    }

    private int FindId(AddedToken written, JsonPart part)
    {
        if (!vocabulary.TryGetId(written.Content, out int id))
        {
            id = _next++;
            return !vocabulary.Contains(id)
                ? id
                : throw part.Required("id").Invalid(
                    $"has no place: the next free number, {id}, is the vocabulary's '{vocabulary[id]}'", TokenizerErrors.Contradiction);
        }

        // A special token under two ids would end texts in the wrong place; an ordinary one is the vocabulary's (Gemma's files have such).
        return id == written.Id || !written.Special
            ? id
            : throw part.Required("id").Invalid(
                $"is {written.Id}, but '{written.Content}' has the id {id} in the vocabulary", TokenizerErrors.Contradiction);
    }

    private string Normalize(string content)
    {
        _workspace.Segment.Reset(tracks: false);
        _workspace.Segment.AppendOriginal(content, 0);
        normalizer?.Apply(_workspace);
        return _workspace.Segment.Units.ToString();
    }
}
