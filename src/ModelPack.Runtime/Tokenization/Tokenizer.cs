using System.Runtime.InteropServices;
using ModelPack.Runtime.Tokenization.Conversion;
using ModelPack.Runtime.Tokenization.Decoders;
using ModelPack.Runtime.Tokenization.Limits;
using ModelPack.Runtime.Tokenization.Loading;
using ModelPack.Runtime.Tokenization.Pipeline;

namespace ModelPack.Runtime.Tokenization;

/// <summary>
/// Turns text into the ids of a model's vocabulary and back, as the model's tokenizer.json says. Ids and decoded text are those of
/// Hugging Face's library. Immutable after loading: all members may be called from any thread.
/// </summary>
public sealed class Tokenizer
{
    private const int LargestKept = 1 << 20;

    private readonly TokenizerParts _parts;
    private Workspace? _spare;

    private Tokenizer(TokenizerParts parts) => _parts = parts;

    /// <summary>One more than the largest id in use. Ids in between may be unused: <see cref="IdToToken"/> is null for them.</summary>
    public int VocabularySize => _parts.Tokens.Limit;

    /// <summary>Loads a tokenizer.</summary>
    /// <param name="tokenizerJsonFileOrFolder">
    /// A tokenizer.json, or the folder that holds it. A folder without one may have its tokenizer in an older form instead (<see cref="TokenizerConversion"/>).
    /// </param>
    /// <exception cref="ModelPackException">MPK4101 to MPK4106: the file is missing, malformed, contradicts itself or needs a component that is not supported.</exception>
    public static Tokenizer Load(string tokenizerJsonFileOrFolder)
    {
        ArgumentException.ThrowIfNullOrEmpty(tokenizerJsonFileOrFolder);
        bool isFolder = Directory.Exists(tokenizerJsonFileOrFolder);
        string path = isFolder ? Path.Combine(tokenizerJsonFileOrFolder, "tokenizer.json") : tokenizerJsonFileOrFolder;
        if (isFolder && !File.Exists(path) && TokenizerConversion.FindFiles(tokenizerJsonFileOrFolder) is [string vocabulary, ..])
        {
            return Parse(TokenizerConversion.ToJson(tokenizerJsonFileOrFolder), Path.Combine(tokenizerJsonFileOrFolder, vocabulary));
        }

        byte[] json;
        try
        {
            json = File.ReadAllBytes(path);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new ModelPackException(
                TokenizerErrors.FileMissing,
                $"{path} cannot be read ({problem.Message.TrimEnd('.')}); put the model's tokenizer.json there.",
                problem);
        }

        return Parse(json, path);
    }

    /// <summary>Reads a tokenizer from the bytes of a tokenizer.json.</summary>
    /// <param name="utf8Json">The file's content; not kept.</param>
    /// <param name="fileName">What errors call the file.</param>
    /// <exception cref="ModelPackException">As <see cref="Load"/>.</exception>
    public static Tokenizer Parse(ReadOnlySpan<byte> utf8Json, string fileName)
    {
        ArgumentException.ThrowIfNullOrEmpty(fileName);
        return new Tokenizer(TokenizerFile.Read(utf8Json, fileName));
    }

    /// <summary>The ids of a text.</summary>
    /// <param name="text">Any text; half a surrogate pair counts as U+FFFD.</param>
    /// <param name="addSpecialTokens">Whether to add what the post-processor adds, such as a begin token.</param>
    public int[] Encode(string text, bool addSpecialTokens = true)
    {
        ArgumentNullException.ThrowIfNull(text);
        Workspace workspace = Rent();
        TokenList tokens = EncodeOne(text, addSpecialTokens, workspace);
        int[] ids = [.. CollectionsMarshal.AsSpan(tokens.Ids)];
        Return(workspace);
        return ids;
    }

    /// <summary>Appends the ids of a text to a list; allocates nothing once its buffers have grown.</summary>
    /// <returns>How many were appended.</returns>
    public int Encode(ReadOnlySpan<char> text, List<int> ids, bool addSpecialTokens = true)
    {
        ArgumentNullException.ThrowIfNull(ids);
        Workspace workspace = Rent();
        TokenList tokens = EncodeOne(text, addSpecialTokens, workspace);
        ids.AddRange(CollectionsMarshal.AsSpan(tokens.Ids));
        int count = tokens.Count;
        Return(workspace);
        return count;
    }

    /// <summary>A text, or a pair of texts, with all that is known of its tokens: where they come from, their types, what was cut off.</summary>
    /// <param name="text">The text.</param>
    /// <param name="pair">A second text to be encoded behind it, as the file's post-processor lays it out.</param>
    /// <param name="addSpecialTokens">Whether to add what the post-processor adds.</param>
    public TokenizedText Tokenize(string text, string? pair = null, bool addSpecialTokens = true)
    {
        ArgumentNullException.ThrowIfNull(text);
        Workspace workspace = Rent();
        EncodedParts encoded = workspace.Parts;
        encoded.Reset(_parts.Tokens, tracks: true);
        TokenList first = encoded.Add();
        first.Source = text;
        Tokenize(text, first, workspace);
        if (pair is not null)
        {
            TokenList second = encoded.Add();
            second.Source = pair;
            Tokenize(pair, second, workspace);
            second.SetTypeId(1);
        }

        var result = new TokenizedText(Finish(encoded, addSpecialTokens), _parts.Tokens);
        Return(workspace);
        return result;
    }

    /// <summary>This tokenizer without the truncation and padding of its file.</summary>
    public Tokenizer WithoutLimits() =>
        _parts.Truncation is null && _parts.Padding is null ? this : new Tokenizer(_parts with { Truncation = null, Padding = null });

    /// <summary>This tokenizer without padding, cutting texts to a length: the one given, else that of its file, at most a limit.</summary>
    internal Tokenizer CutTo(int? length, int limit)
    {
        TruncationRule rule = _parts.Truncation ?? new TruncationRule(limit, TruncationStrategy.LongestFirst, 0, false);
        return new Tokenizer(_parts with { Truncation = rule with { Length = Math.Min(length ?? rule.Length, limit), Stride = 0 }, Padding = null });
    }

    /// <summary>How many ids a text has.</summary>
    public int CountTokens(ReadOnlySpan<char> text, bool addSpecialTokens = true)
    {
        Workspace workspace = Rent();
        int count = EncodeOne(text, addSpecialTokens, workspace).Count;
        Return(workspace);
        return count;
    }

    /// <summary>The text of ids. Ids that no token has count for nothing.</summary>
    /// <param name="ids">The ids.</param>
    /// <param name="skipSpecialTokens">Whether special tokens are left out.</param>
    public string Decode(ReadOnlySpan<int> ids, bool skipSpecialTokens = true)
    {
        var sink = new TextSink();
        DecodeStage stage = _parts.Decoder.Start(sink);
        foreach (int id in ids)
        {
            Feed(stage, id, skipSpecialTokens);
        }

        stage.Finish();
        return sink.Take();
    }

    /// <summary>A decoder for ids that come one by one.</summary>
    /// <param name="skipSpecialTokens">Whether special tokens are left out.</param>
    public StreamingDecoder CreateStreamingDecoder(bool skipSpecialTokens = true) => new(this, skipSpecialTokens);

    /// <summary>The id of a token as it stands in the file (<c>Ġthe</c>, <c>▁the</c>), or null.</summary>
    public int? TokenToId(string token)
    {
        ArgumentNullException.ThrowIfNull(token);
        return _parts.Tokens.Find(token);
    }

    /// <summary>The token of an id as it stands in the file, or null where no token has it.</summary>
    public string? IdToToken(int id) => _parts.Tokens.Contains(id) ? _parts.Tokens.Text(id).ToString() : null;

    /// <summary>Whether the id is that of a special token, which decoding leaves out by default.</summary>
    public bool IsSpecial(int id) => _parts.Tokens.IsSpecial(id);

    internal DecodeStage StartDecoding(DecodeStage next) => _parts.Decoder.Start(next);

    internal void Feed(DecodeStage stage, int id, bool skipSpecialTokens)
    {
        if (_parts.Tokens.TryGetDecoded(id, skipSpecialTokens, out ReadOnlySpan<char> text))
        {
            stage.Write(text);
            stage.EndToken();
        }
    }

    private TokenList EncodeOne(ReadOnlySpan<char> text, bool addSpecialTokens, Workspace workspace)
    {
        EncodedParts encoded = workspace.Parts;
        encoded.Reset(_parts.Tokens, tracks: false);
        Tokenize(text, encoded.Add(), workspace);
        return Finish(encoded, addSpecialTokens);
    }

    private TokenList Finish(EncodedParts encoded, bool addSpecialTokens)
    {
        bool pair = encoded.Parts.Count > 1;
        _parts.Truncation?.Apply(encoded, addSpecialTokens ? _parts.PostProcessor?.CountAdded(pair) ?? 0 : 0);
        _parts.PostProcessor?.Process(encoded, addSpecialTokens);
        TokenList result = encoded.AddNext();
        foreach (TokenList part in encoded.Parts)
        {
            result.Join(part);
        }

        _parts.Padding?.Apply(result);
        encoded.Replace();
        return result;
    }

    private void Tokenize(ReadOnlySpan<char> text, TokenList tokens, Workspace workspace)
    {
        bool tracks = tokens.Tracks || _parts.PreTokenizer is { NeedsSource: true };
        _parts.Splitter.Split(WellFormed.Of(text), tracks, workspace);
        _parts.PreTokenizer?.Apply(workspace);
        PieceBuffer pieces = workspace.Pieces;
        foreach (Piece piece in pieces.Pieces)
        {
            if (piece.IsText)
            {
                _parts.Model.Tokenize(pieces.Text, piece.Start, piece.End, workspace, tokens);
            }
            else
            {
                tokens.Add(piece.TokenId, pieces.Text, piece.Start, piece.End);
            }
        }
    }

    private Workspace Rent() => Interlocked.Exchange(ref _spare, null) ?? new Workspace();

    /// <summary>Buffers that a very long text has grown are left to the collector.</summary>
    private void Return(Workspace workspace) => Volatile.Write(ref _spare, workspace.Pieces.Text.Length <= LargestKept ? workspace : null);
}
