using System.Runtime.CompilerServices;
using System.Text.Json;
using ModelPack.Runtime.Tokenization.Loading;
using ModelPack.Runtime.Tokenization.Vocabularies;

namespace ModelPack.Runtime.Tokenization.Models;

/// <summary>Reads "model.merges": a list of strings "left right" (old files) or of pairs ["left", "right"].</summary>
internal ref struct MergeReader
{
    private readonly ModelSection _section;
    private readonly Vocabulary _vocabulary;
    private readonly int _prefixLength;
    private Utf8JsonReader _reader;
    private char[] _left = new char[256];
    private char[] _right = new char[256];
    private int _rank;

    private MergeReader(in ModelSection section, Vocabulary vocabulary, int prefixLength)
    {
        _section = section;
        _vocabulary = vocabulary;
        _prefixLength = prefixLength;
        _reader = new Utf8JsonReader(section.Merges);
    }

    /// <param name="section">The model's JSON.</param>
    /// <param name="vocabulary">Must hold both parts and the result of each merge.</param>
    /// <param name="prefixLength">UTF-16 units of continuing_subword_prefix, which a right part loses when it merges.</param>
    public static MergeTable Read(in ModelSection section, Vocabulary vocabulary, int prefixLength) =>
        new MergeReader(section, vocabulary, prefixLength).Read();

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private MergeTable Read()
    {
        if (_section.Merges.IsEmpty || !_reader.Read() || _reader.TokenType != JsonTokenType.StartArray)
        {
            throw Invalid(_section.Merges.IsEmpty ? "is missing" : "has to be a list of merges");
        }

        // A published merge takes about 16 bytes in either form.
        var table = new MergeTable(_section.Merges.Length / 16);
        JsonTokenType form = JsonTokenType.None;
        for (; _reader.Read() && _reader.TokenType != JsonTokenType.EndArray; _rank++)
        {
            form = _rank == 0 ? _reader.TokenType : form;
            if (_reader.TokenType != form)
            {
                throw Invalid($"has entry {_rank} in another form than those before it");
            }

            if (form == JsonTokenType.String)
            {
                ReadString(table);
            }
            else if (form == JsonTokenType.StartArray)
            {
                ReadPair(table);
            }
            else
            {
                throw Invalid($"has entry {_rank}, which is neither \"left right\" nor [\"left\", \"right\"]");
            }
        }

        return table;
    }

    private void ReadString(MergeTable table)
    {
        int length = Copy(ref _left);
        ReadOnlySpan<char> text = _left.AsSpan(0, length);
        int space = text.IndexOf(' ');
        if (space < 0 || text[(space + 1)..].Contains(' '))
        {
            throw Invalid($"has entry {_rank}, '{text}', which has to be two tokens with one space between them");
        }

        // The right part moves against the left one: the two then read as the merged token.
        ReadOnlySpan<char> right = text[(space + 1)..];
        int rightId = Find(right);
        int leftId = Find(text[..space]);
        int kept = Math.Max(right.Length - _prefixLength, 0);
        right[^kept..].CopyTo(_left.AsSpan(space));
        table.Set(leftId, rightId, _rank, Find(_left.AsSpan(0, space + kept)));
    }

    private void ReadPair(MergeTable table)
    {
        int leftLength = ReadPart(ref _left);
        int rightLength = ReadPart(ref _right);
        if (_section.Merges.IsEmpty || !_reader.Read() || _reader.TokenType != JsonTokenType.EndArray)
        {
            throw Invalid($"has entry {_rank} with more than two parts");
        }

        int leftId = Find(_left.AsSpan(0, leftLength));
        int rightId = Find(_right.AsSpan(0, rightLength));
        int kept = Math.Max(rightLength - _prefixLength, 0);
        if (_left.Length < leftLength + kept)
        {
            Array.Resize(ref _left, leftLength + kept);
        }

        _right.AsSpan(rightLength - kept, kept).CopyTo(_left.AsSpan(leftLength));
        table.Set(leftId, rightId, _rank, Find(_left.AsSpan(0, leftLength + kept)));
    }

    private int ReadPart(ref char[] buffer) => _reader.Read() && _reader.TokenType == JsonTokenType.String
        ? Copy(ref buffer)
        : throw Invalid($"has entry {_rank}, which has to be two strings");

    private int Copy(ref char[] buffer)
    {
        if (buffer.Length < _reader.ValueSpan.Length)
        {
            buffer = new char[_reader.ValueSpan.Length * 2];
        }

        return _reader.CopyString(buffer);
    }

    private readonly int Find(ReadOnlySpan<char> token) => _vocabulary.TryGetId(token, out int id)
        ? id
        : throw _section.Invalid("model.merges", $"has entry {_rank}, which names the token '{token}', and the vocabulary does not", TokenizerErrors.Contradiction);

    private readonly ModelPackException Invalid(string what) => _section.Invalid("model.merges", what);
}
