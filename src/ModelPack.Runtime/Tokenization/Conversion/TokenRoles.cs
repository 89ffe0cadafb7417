namespace ModelPack.Runtime.Tokenization.Conversion;

/// <summary>The tokens that have a role in a folder: what its files say, else what the tokenizer's class has.</summary>
/// <param name="settings">The folder's files.</param>
/// <param name="defaults">Roles without the ending <c>_token</c>, and the tokens of the class.</param>
internal sealed class TokenRoles(TokenizerSettings settings, IReadOnlyList<(string Role, string Token)> defaults)
{
    private static readonly string[] Names = ["bos", "eos", "unk", "sep", "pad", "cls", "mask"];

    /// <summary>The token of a role, or null.</summary>
    public string? Find(string role)
    {
        string? otherwise = null;
        foreach ((string name, string token) in defaults)
        {
            otherwise = name == role ? token : otherwise;
        }

        return settings.Token(role + "_token") ?? otherwise;
    }

    /// <summary>The token of a role that the tokenizer needs.</summary>
    /// <exception cref="ModelPackException">MPK4103: none has it.</exception>
    public string Require(string role) => Find(role) ?? throw new ModelPackException(
        TokenizerErrors.FieldInvalid,
        $"{Path.Combine(settings.Folder, "tokenizer_config.json")}: {role}_token is missing, which texts of a {settings.Class} need; take the file that was published with the model.");

    /// <summary>
    /// Every added token of the folder with its id: those that its files number, then special ones that the vocabulary has or that get the next number.
    /// </summary>
    /// <param name="find">The id of a token of the vocabulary, or null.</param>
    /// <param name="count">How many tokens the vocabulary has.</param>
    /// <param name="known">Added tokens that the vocabulary itself names.</param>
    /// <exception cref="ModelPackException">MPK4105: a number that the reference implementation would not give.</exception>
    public IReadOnlyList<WrittenToken> Added(Func<string, int?> find, int count, IReadOnlyList<WrittenToken> known)
    {
        (string Content, bool Mask)[] special = [.. Special()];
        var added = known.ToDictionary(token => token.Content, StringComparer.Ordinal);
        foreach (WrittenToken token in settings.Described())
        {
            added[token.Content] = token;
        }

        foreach ((string content, int id) in settings.Numbered().Where(token => !added.ContainsKey(token.Token)).ToList())
        {
            bool isSpecial = special.Any(token => token.Content == content);
            added[content] = new WrittenToken(id, content, isSpecial) { Normalized = !isSpecial };
        }

        int next = added.Values.Select(token => token.Id + 1).Append(count).Max();
        foreach ((string content, bool mask) in special.Where(token => !added.ContainsKey(token.Content)))
        {
            added[content] = new WrittenToken(find(content) ?? next++, content, Special: true) { LeftStrip = mask };
        }

        WrittenToken[] all = [.. added.Values.OrderBy(token => token.Id)];
        CheckIds(all, find, count);
        return all;
    }

    // A reader of tokenizer.json gives tokens that the vocabulary lacks the next numbers, whatever is written beside them.
    private void CheckIds(WrittenToken[] all, Func<string, int?> find, int count)
    {
        foreach (WrittenToken token in all)
        {
            int id = find(token.Content) ?? count++;
            if (id != token.Id)
            {
                throw new ModelPackException(
                    TokenizerErrors.Contradiction,
                    $"{settings.Folder}: the added token '{token.Content}' has the id {token.Id} in its files and would get {id}; take vocabulary and tokenizer_config.json from one place.");
            }
        }
    }

    private IEnumerable<(string Content, bool Mask)> Special()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (string role in Names)
        {
            if (Find(role) is { Length: > 0 } token && seen.Add(token))
            {
                yield return (token, role == "mask");
            }
        }

        foreach (string token in settings.OtherSpecial.Where(seen.Add))
        {
            yield return (token, false);
        }
    }
}
