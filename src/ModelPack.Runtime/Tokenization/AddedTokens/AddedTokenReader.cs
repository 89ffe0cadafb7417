using ModelPack.Runtime.Tokenization.Loading;
using ModelPack.Runtime.Tokenization.Vocabularies;

namespace ModelPack.Runtime.Tokenization.AddedTokens;

/// <summary>
/// Reads "added_tokens" and gives each token its id: the vocabulary's, else the next free one. The id in the file is not believed
/// (Hugging Face's library does not either), but a file that contradicts itself is refused.
/// </summary>
internal static class AddedTokenReader
{
    public static List<AddedToken> Read(JsonPart? list, Vocabulary vocabulary)
    {
        var result = new List<AddedToken>();
        var byContent = new Dictionary<string, AddedToken>();
        var writtenIds = new HashSet<int>();
        int next = vocabulary.Count;
        foreach (JsonPart part in list?.Items() ?? [])
        {
            AddedToken written = AddedToken.Read(part);
            if (written.Content.Length == 0)
            {
                continue;
            }

            if (byContent.ContainsKey(written.Content))
            {
                throw part.Required("content").Invalid($"'{written.Content}' was added before", TokenizerErrors.Contradiction);
            }

            if (!writtenIds.Add(written.Id))
            {
                throw part.Required("id").Invalid($"is {written.Id}, as for an added token before", TokenizerErrors.Contradiction);
            }

            bool inVocabulary = vocabulary.TryGetId(written.Content, out int id);
            if (inVocabulary && id != written.Id)
            {
                throw part.Required("id").Invalid($"is {written.Id}, but '{written.Content}' has the id {id} in the vocabulary", TokenizerErrors.Contradiction);
            }

            if (!inVocabulary)
            {
                id = next++;
                if (vocabulary.Contains(id))
                {
                    throw part.Required("id").Invalid($"has no place: the next free number, {id}, is the vocabulary's '{vocabulary[id]}'", TokenizerErrors.Contradiction);
                }
            }

            AddedToken token = written with { Id = id };
            byContent.Add(token.Content, token);
            result.Add(token);
        }

        return result;
    }
}
