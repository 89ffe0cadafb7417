using System.Text;

namespace ModelPack.Runtime.Tokenization.Conversion.Pieces;

/// <summary>Reads and validates a SentencePiece model (sentencepiece_model.proto). Fields that say nothing about encoding are passed over.</summary>
internal static class PieceModelReader
{
    private const int NumberType = 0;
    private const int BytesType = 2;
    private const int FloatType = 5;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <param name="bytes">The file's content.</param>
    /// <param name="file">What errors call it.</param>
    /// <exception cref="ModelPackException">MPK4102, MPK4103, MPK4105: it is none, or contradicts itself.</exception>
    public static PieceModel Read(ReadOnlySpan<byte> bytes, string file)
    {
        var pieces = new List<Piece>();
        var model = new PieceModel();
        var reader = new ProtobufReader(bytes);
        while (!reader.AtEnd)
        {
            if (!reader.TryRead())
            {
                throw NotAModel(file, $"byte {reader.Place} begins no field");
            }

            model = (reader.Field, reader.WireType) switch
            {
                (1, BytesType) => Append(model, pieces, reader.Bytes, file),
                (2, BytesType) => ReadTrainer(model, reader.Bytes, file),
                (3, BytesType) => ReadNormalizer(model, reader.Bytes, file),
                ( <= 3, _) => throw NotAModel(file, $"field {reader.Field} at byte {reader.Place} has wire type {reader.WireType}"),
                _ => model,
            };
        }

        if (pieces.Count == 0)
        {
            throw NotAModel(file, "it has no pieces");
        }

        Check(pieces, file);
        return model with { Pieces = pieces, Unknown = pieces.FindIndex(piece => piece.Kind == PieceKind.Unknown) };
    }

    private static PieceModel Append(PieceModel model, List<Piece> pieces, ReadOnlySpan<byte> message, string file)
    {
        string text = "";
        float score = 0;
        PieceKind kind = PieceKind.Normal;
        var reader = new ProtobufReader(message);
        while (!reader.AtEnd)
        {
            if (!reader.TryRead())
            {
                throw Invalid(file, $"pieces[{pieces.Count}]", "is cut off", TokenizerErrors.NotATokenizer);
            }

            switch (reader.Field, reader.WireType)
            {
                case (1, BytesType):
                    text = Text(reader.Bytes, file, pieces.Count);
                    break;
                case (2, FloatType):
                    score = reader.Single;
                    break;
                case (3, NumberType):
                    kind = (PieceKind)(int)Math.Min(reader.Number, int.MaxValue);
                    break;
            }
        }

        string field = $"pieces[{pieces.Count}]";
        if (text.Length == 0 || !float.IsFinite(score) || !Enum.IsDefined(kind))
        {
            throw Invalid(file, field, text.Length == 0 ? "is empty" : !float.IsFinite(score) ? $"('{text}') has no finite score" : $"('{text}') has the type {(int)kind}, which is none");
        }

        pieces.Add(new Piece(text, score, kind));
        return model;
    }

    private static string Text(ReadOnlySpan<byte> bytes, string file, int index)
    {
        try
        {
            return Strict.GetString(bytes);
        }
        catch (ArgumentException problem)
        {
            throw new ModelPackException(TokenizerErrors.NotATokenizer, $"{file}: pieces[{index}] is not UTF-8; fetch the file again.", problem);
        }
    }

    private static PieceModel ReadTrainer(PieceModel model, ReadOnlySpan<byte> message, string file)
    {
        var reader = new ProtobufReader(message);
        while (!reader.AtEnd)
        {
            if (!reader.TryRead())
            {
                throw Invalid(file, "trainer_spec", "is cut off", TokenizerErrors.NotATokenizer);
            }

            model = (reader.Field, reader.WireType) switch
            {
                (3, NumberType) => model with { ModelType = Number(reader) },
                (24, NumberType) => model with { SpaceIsSuffix = reader.Number != 0 },
                (35, NumberType) => model with { ByteFallback = reader.Number != 0 },
                (41, NumberType) => model with { Bos = Number(reader) },
                (42, NumberType) => model with { Eos = Number(reader) },
                _ => model,
            };
        }

        return model;
    }

    private static PieceModel ReadNormalizer(PieceModel model, ReadOnlySpan<byte> message, string file)
    {
        var reader = new ProtobufReader(message);
        while (!reader.AtEnd)
        {
            if (!reader.TryRead())
            {
                throw Invalid(file, "normalizer_spec", "is cut off", TokenizerErrors.NotATokenizer);
            }

            model = (reader.Field, reader.WireType) switch
            {
                (2, BytesType) => model with { Charsmap = reader.Bytes.ToArray() },
                (3, NumberType) => model with { AddsSpace = reader.Number != 0 },
                (4, NumberType) => model with { TrimsSpaces = reader.Number != 0 },
                (5, NumberType) => model with { MarksSpaces = reader.Number != 0 },
                _ => model,
            };
        }

        return model;
    }

    private static void Check(List<Piece> pieces, string file)
    {
        var places = new Dictionary<string, int>(pieces.Count, StringComparer.Ordinal);
        int unknown = -1;
        for (int i = 0; i < pieces.Count; i++)
        {
            if (!places.TryAdd(pieces[i].Text, i))
            {
                throw Invalid(file, $"pieces[{i}]", $"is '{pieces[i].Text}', as is pieces[{places[pieces[i].Text]}]", TokenizerErrors.Contradiction);
            }

            if (pieces[i].Kind == PieceKind.Unknown)
            {
                unknown = unknown < 0 ? i : throw Invalid(file, $"pieces[{i}]", $"is a second piece for what has none, beside pieces[{unknown}]", TokenizerErrors.Contradiction);
            }
        }

        if (unknown < 0)
        {
            throw Invalid(file, "pieces", "has no piece for what has none (type UNKNOWN)", TokenizerErrors.Contradiction);
        }
    }

    // A negative number takes all 64 bits.
    private static int Number(in ProtobufReader reader) => (int)Math.Clamp((long)reader.Number, int.MinValue, int.MaxValue);

    private static ModelPackException NotAModel(string file, string why) =>
        new(TokenizerErrors.NotATokenizer, $"{file} is not a SentencePiece model: {why}; take the file that was published with the model (a Git LFS pointer is not it).");

    private static ModelPackException Invalid(string file, string field, string what, string code = TokenizerErrors.FieldInvalid) =>
        new(code, $"{file}: {field} {what}; take the file that was published with the model.");
}
