using System.Text;
using ModelPack.Runtime.Tokenization.Loading;
using ModelPack.Runtime.Tokenization.Pipeline;
using ModelPack.Runtime.Tokenization.Vocabularies;

namespace ModelPack.Runtime.Tokenization.Models;

/// <summary>
/// Byte-pair encoding: a word becomes its characters, then the neighbouring pair of lowest rank merges, leftmost first, until none does.
/// Byte-level and SentencePiece-style files differ only in what stands before this model, and in byte_fallback.
/// </summary>
internal sealed class BytePairModel : TokenModel
{
    private readonly MergeTable _merges;
    private readonly BytePairOptions _options;
    private readonly int[] _singleUnitIds;
    private readonly int[]? _byteIds;
    private readonly int _unknownId;
    private readonly WordCache _cache = new();
    private readonly WordBoundaries? _boundaries;

    private BytePairModel(Vocabulary vocabulary, MergeTable merges, BytePairOptions options, int unknownId)
    {
        Vocabulary = vocabulary;
        _merges = merges;
        _options = options;
        _unknownId = unknownId;
        _singleUnitIds = FindSingleUnits(vocabulary);
        _byteIds = options.ByteFallback ? ByteTokens.Find(vocabulary) : null;
        _boundaries = options is { IgnoreMerges: false, ContinuingPrefix: "", EndSuffix: "" } ? WordBoundaries.Of(vocabulary) : null;
    }

    public override Vocabulary Vocabulary { get; }

    public static BytePairModel Read(in ModelSection section)
    {
        BytePairOptions options = BytePairOptions.Read(section.Fields);
        Vocabulary vocabulary = VocabularyReader.ReadObject(section);
        MergeTable merges = MergeReader.Read(section, vocabulary, options.ContinuingPrefix.Length);
        int unknownId = -1;
        if (options.UnknownToken is { } unknown && !vocabulary.TryGetId(unknown, out unknownId))
        {
            throw section.Fields.Required("unk_token").Invalid($"'{unknown}' is not in the vocabulary", TokenizerErrors.Contradiction);
        }

        return new BytePairModel(vocabulary, merges, options, unknownId);
    }

    public override void Tokenize(AlignedText text, int start, int end, Workspace workspace, TokenList tokens)
    {
        if (_options.IgnoreMerges && Vocabulary.TryGetId(text.Units[start..end], out int whole))
        {
            tokens.Add(whole, text, start, end);
            return;
        }

        while (_boundaries is not null && _boundaries.Next(text.Units[start..end]) is > 0 and int word)
        {
            TokenizeWord(text, start, start + word, workspace, tokens);
            start += word;
        }

        TokenizeWord(text, start, end, workspace, tokens);
    }

    private void TokenizeWord(AlignedText text, int start, int end, Workspace workspace, TokenList tokens)
    {
        ReadOnlySpan<char> word = text.Units[start..end];
        bool cacheable = !tokens.Tracks && word.Length <= WordCache.LongestWord;
        if (cacheable && _cache.Find(word) is { } known)
        {
            tokens.Ids.AddRange(known);
            return;
        }

        SymbolList symbols = workspace.Symbols;
        symbols.Reset(word.Length);
        Split(word, symbols);
        symbols.Merge(_merges);
        int first = tokens.Count;
        for (int at = symbols.First; at >= 0; at = symbols.Next(at))
        {
            tokens.Add(symbols.Id(at), text, start + symbols.Start(at), start + symbols.End(at));
        }

        if (cacheable)
        {
            _cache.Add(word, tokens.Ids, first);
        }
    }

    /// <summary>The symbols that merging begins with: one a character, its bytes where the vocabulary lacks it, else the unknown token.</summary>
    private void Split(ReadOnlySpan<char> word, SymbolList symbols)
    {
        (int Start, int End)? unknown = null;
        for (int at = 0; at < word.Length;)
        {
            int end = at + (char.IsHighSurrogate(word[at]) && at + 1 < word.Length ? 2 : 1);
            int id = FindCharacter(word[at..end], at == 0, end == word.Length);
            if (id >= 0)
            {
                EndUnknown(symbols, ref unknown);
                symbols.Add(id, at, end);
            }
            else if (_byteIds is null || !TryAddBytes(word, at, end, symbols))
            {
                if (!_options.FuseUnknown)
                {
                    EndUnknown(symbols, ref unknown);
                }

                unknown = (unknown?.Start ?? at, end);
            }

            at = end;
        }

        EndUnknown(symbols, ref unknown);
    }

    /// <summary>Without an unknown token, characters outside the vocabulary vanish.</summary>
    private void EndUnknown(SymbolList symbols, ref (int Start, int End)? unknown)
    {
        if (unknown is { } stretch && _unknownId >= 0)
        {
            symbols.Add(_unknownId, stretch.Start, stretch.End);
        }

        unknown = null;
    }

    private int FindCharacter(ReadOnlySpan<char> character, bool first, bool last)
    {
        bool prefixed = !first && _options.ContinuingPrefix.Length > 0;
        bool suffixed = last && _options.EndSuffix.Length > 0;
        if (!prefixed && !suffixed)
        {
            return character.Length == 1
                ? character[0] < _singleUnitIds.Length ? _singleUnitIds[character[0]] : -1
                : Vocabulary.TryGetId(character, out int found) ? found : -1;
        }

        string token = string.Concat(prefixed ? _options.ContinuingPrefix : "", character, suffixed ? _options.EndSuffix : "");
        return Vocabulary.TryGetId(token, out int id) ? id : -1;
    }

    private bool TryAddBytes(ReadOnlySpan<char> word, int start, int end, SymbolList symbols)
    {
        // The affixes of a character belong to the string whose bytes are looked up.
        string affixed = string.Concat(
            start > 0 ? _options.ContinuingPrefix : "", word[start..end], end == word.Length ? _options.EndSuffix : "");
        Span<byte> bytes = affixed.Length <= 64 ? stackalloc byte[256] : new byte[affixed.Length * 4];
        bytes = bytes[..Encoding.UTF8.GetBytes(affixed, bytes)];
        foreach (byte value in bytes)
        {
            if (_byteIds![value] < 0)
            {
                return false;
            }
        }

        foreach (byte value in bytes)
        {
            symbols.Add(_byteIds![value], start, end);
        }

        return true;
    }

    /// <summary>Ids of the tokens of one UTF-16 unit, by that unit; as long as the largest unit asks for.</summary>
    private static int[] FindSingleUnits(Vocabulary vocabulary)
    {
        int limit = 0;
        for (int id = 0; id < vocabulary.Limit; id++)
        {
            ReadOnlySpan<char> token = vocabulary[id];
            limit = token.Length == 1 ? Math.Max(limit, token[0] + 1) : limit;
        }

        var ids = new int[limit];
        Array.Fill(ids, -1);
        for (int id = 0; id < vocabulary.Limit; id++)
        {
            ReadOnlySpan<char> token = vocabulary[id];
            if (token.Length == 1)
            {
                ids[token[0]] = id;
            }
        }

        return ids;
    }
}
