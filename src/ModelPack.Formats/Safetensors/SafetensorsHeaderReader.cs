using System.Text.Json;
using System.Text.Unicode;
using ModelPack.Formats.Numerics;
using static ModelPack.Formats.Safetensors.SafetensorsErrors;

namespace ModelPack.Formats.Safetensors;

/// <summary>Parses the JSON header of one safetensors file; whatever is wrong with it is an error of its own.</summary>
internal static class SafetensorsHeaderReader
{
    private const string FetchAgain = "fetch or export the file again";

    /// <summary>Length of the header, from the first 8 bytes of a file.</summary>
    public static int ReadLength(string path, ulong prefix, long fileLength)
    {
        if (prefix > SafetensorsHeader.MaxHeaderLength)
        {
            throw new ModelPackException(HeaderTooLarge, $"{path}: the header claims {prefix} bytes and the limit is {SafetensorsHeader.MaxHeaderLength}, so this is not a safetensors file or it is damaged; {FetchAgain}.");
        }

        if ((long)prefix > fileLength - SafetensorsHeader.PrefixLength)
        {
            throw new ModelPackException(HeaderBeyondFile, $"{path}: the header claims {prefix} bytes but the file has only {fileLength}, so it is truncated or not a safetensors file; {FetchAgain}.");
        }

        return (int)prefix;
    }

    /// <summary>Parses and checks the header.</summary>
    /// <param name="path">For messages.</param>
    /// <param name="json">The header without its length field.</param>
    /// <param name="fileLength">Bytes of the whole file.</param>
    public static SafetensorsHeader Parse(string path, ReadOnlySpan<byte> json, long fileLength)
    {
        if (!Utf8.IsValid(json))
        {
            throw new ModelPackException(HeaderNotUtf8, $"{path}: the header is not UTF-8 text, so the file is damaged; {FetchAgain}.");
        }

        var entries = new List<SafetensorsEntry>();
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        long dataStart = SafetensorsHeader.PrefixLength + json.Length;
        try
        {
            var reader = new Utf8JsonReader(json);
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                throw new ModelPackException(HeaderNotObject, $"{path}: the header is JSON but not an object with one entry a tensor; {FetchAgain}.");
            }

            var names = new HashSet<string>(StringComparer.Ordinal);
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                string name = reader.GetString()!;
                if (!names.Add(name))
                {
                    throw new ModelPackException(DuplicateName, $"{path}: tensor '{name}' is in the header twice; {FetchAgain}.");
                }

                reader.Read();
                if (name == "__metadata__")
                {
                    ReadMetadata(path, ref reader, metadata);
                }
                else
                {
                    entries.Add(ReadEntry(path, name, ref reader, fileLength - dataStart));
                }
            }

            reader.Read();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new ModelPackException(HeaderNotJson, $"{path}: the header is not JSON ({e.Message.TrimEnd('.')}), so the file is damaged; {FetchAgain}.", e);
        }

        CheckCoverage(path, entries, fileLength - dataStart);
        return new SafetensorsHeader(entries, metadata, dataStart);
    }

    private static void ReadMetadata(string path, ref Utf8JsonReader reader, Dictionary<string, string> metadata)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw BadMetadataError(path);
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string key = reader.GetString()!;
            reader.Read();
            if (reader.TokenType != JsonTokenType.String || !metadata.TryAdd(key, reader.GetString()!))
            {
                throw BadMetadataError(path);
            }
        }
    }

    private static ModelPackException BadMetadataError(string path) =>
        new(BadMetadata, $"{path}: __metadata__ must be an object of distinct names and text values; {FetchAgain}.");

    private static SafetensorsEntry ReadEntry(string path, string name, ref Utf8JsonReader reader, long dataLength)
    {
        string? typeName = null;
        long[]? shape = null;
        long[]? offsets = null;
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw BadEntryError(path, name);
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string field = reader.GetString()!;
            reader.Read();
            switch (field)
            {
                case "dtype" when typeName is null && reader.TokenType == JsonTokenType.String:
                    typeName = reader.GetString();
                    break;
                case "shape" when shape is null:
                    shape = ReadNonNegative(ref reader) ?? throw new ModelPackException(BadShape, $"{path}: tensor '{name}' has a shape that is not a list of numbers from 0 to 2^63 - 1; {FetchAgain}.");
                    break;
                case "data_offsets" when offsets is null:
                    offsets = ReadNonNegative(ref reader);
                    if (offsets is not { Length: 2 })
                    {
                        throw new ModelPackException(BadOffsets, $"{path}: tensor '{name}' has data_offsets that are not two numbers from 0 to 2^63 - 1; {FetchAgain}.");
                    }

                    break;
                case "dtype" or "shape" or "data_offsets":
                    throw BadEntryError(path, name);
                default:
                    reader.Skip();
                    break;
            }
        }

        if (typeName is null || shape is null || offsets is null)
        {
            throw BadEntryError(path, name);
        }

        if (!SafetensorsTypes.TryParse(typeName, out ElementType type))
        {
            throw new ModelPackException(UnknownType, $"{path}: tensor '{name}' has the element type '{typeName}', which is not one of {SafetensorsTypes.All}; convert the checkpoint to one of these.");
        }

        return Check(path, name, type, shape, offsets[0], offsets[1], dataLength);
    }

    private static ModelPackException BadEntryError(string path, string name) =>
        new(BadEntry, $"{path}: the header entry of tensor '{name}' must hold dtype, shape and data_offsets, each once; {FetchAgain}.");

    private static SafetensorsEntry Check(string path, string name, ElementType type, long[] shape, long begin, long end, long dataLength)
    {
        long count = 1;
        long bytes;
        try
        {
            foreach (long dim in shape)
            {
                count = checked(count * dim);
            }

            bytes = checked(count * type.SizeInBytes());
        }
        catch (OverflowException)
        {
            throw new ModelPackException(ShapeTooLarge, $"{path}: tensor '{name}' has the shape [{string.Join(", ", shape)}], whose size does not fit 63 bits; {FetchAgain}.");
        }

        if (begin > end)
        {
            throw new ModelPackException(OffsetsReversed, $"{path}: tensor '{name}' ends at byte {end} of the data, before it begins at {begin}; {FetchAgain}.");
        }

        if (end > dataLength)
        {
            throw new ModelPackException(BeyondFile, $"{path}: tensor '{name}' ends at byte {end} of the data but the file has only {dataLength}, so it is truncated; {FetchAgain}.");
        }

        if (end - begin != bytes)
        {
            throw new ModelPackException(SizeMismatch, $"{path}: tensor '{name}' needs {bytes} bytes for {SafetensorsTypes.Name(type)} [{string.Join(", ", shape)}] but its offsets span {end - begin}; {FetchAgain}.");
        }

        return new SafetensorsEntry(name, type, shape, count, begin, end);
    }

    private static long[]? ReadNonNegative(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return null;
        }

        var values = new List<long>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out long value) || value < 0)
            {
                return null;
            }

            values.Add(value);
        }

        return [.. values];
    }

    private static void CheckCoverage(string path, List<SafetensorsEntry> entries, long dataLength)
    {
        long end = 0;
        string? previous = null;
        foreach (SafetensorsEntry entry in entries.OrderBy(e => e.Begin).ThenBy(e => e.End).ThenBy(e => e.Name, StringComparer.Ordinal))
        {
            if (entry.Begin < end)
            {
                throw new ModelPackException(Overlap, $"{path}: tensors '{previous}' and '{entry.Name}' overlap at byte {entry.Begin} of the data; {FetchAgain}.");
            }

            if (entry.Begin > end)
            {
                throw new ModelPackException(Hole, $"{path}: bytes {end} to {entry.Begin} of the data, before tensor '{entry.Name}', belong to no tensor; {FetchAgain}.");
            }

            end = entry.End;
            previous = entry.Name;
        }

        if (end != dataLength)
        {
            throw new ModelPackException(TrailingBytes, $"{path}: {dataLength - end} bytes after the last tensor belong to no tensor; {FetchAgain}.");
        }
    }
}
