using System.Buffers.Binary;
using System.Text;
using ModelPack.Formats.Onnx;

namespace ModelPack.Formats.OrtAdapters;

/// <summary>Reads the tables of an adapter file; every reference is checked before it is followed.</summary>
internal readonly ref struct OrtAdapterReader(string path, ReadOnlySpan<byte> bytes)
{
    private const int MostDims = 8;
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>The parameters and where their values begin.</summary>
    public (List<OrtAdapterParameter> Parameters, List<long> Values) Read()
    {
        if (_bytes.Length < 8 || !_bytes.Slice(4, 4).SequenceEqual("TORT"u8))
        {
            throw Malformed(path, $"its identifier is not {OrtAdapterLayout.Identifier}");
        }

        long root = Follow(0, "the root");
        if (Field(root, 0) is not { } version || Number(version, "the format version") != OrtAdapterLayout.FormatVersion)
        {
            throw Malformed(path, $"its format version is not {OrtAdapterLayout.FormatVersion}");
        }

        var parameters = new List<OrtAdapterParameter>();
        var values = new List<long>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        long list = Field(root, 3) is { } field ? Follow(field, "the parameters") : throw Malformed(path, "it has no parameters");
        int count = Number(list, "the parameters");
        Range(list + 4, 4L * count, "the parameters");
        for (int i = 0; i < count; i++)
        {
            long table = Follow(list + 4 + (4L * i), $"parameter {i}");
            string name = Name(table, i);
            if (!names.Add(name))
            {
                throw Malformed(path, $"parameter '{name}' is there twice");
            }

            var parameter = new OrtAdapterParameter(name, Type(table, name), Dims(table, name));
            parameters.Add(parameter);
            values.Add(Values(table, parameter));
        }

        return (parameters, values);
    }

    public static ModelPackException Malformed(string path, string why) =>
        new(OrtAdapterErrors.Malformed, $"{path} is no adapter file of ONNX Runtime, or a damaged one: {why}; pack the model again.");

    private string Name(long table, int index)
    {
        long text = Field(table, 0) is { } field ? Follow(field, $"the name of parameter {index}") : throw Malformed(path, $"parameter {index} has no name");
        int length = Number(text, $"the name of parameter {index}");
        try
        {
            return length > 0 ? Strict.GetString(Range(text + 4, length, $"the name of parameter {index}")) : throw Malformed(path, $"parameter {index} has no name");
        }
        catch (DecoderFallbackException e)
        {
            throw new ModelPackException(OrtAdapterErrors.Malformed, $"{path}: the name of parameter {index} is not UTF-8; pack the model again.", e);
        }
    }

    private OnnxElementType Type(long table, string name)
    {
        var type = (OnnxElementType)(Field(table, 2) is { } field ? Number(field, name) : 0);
        return type.BitsPerElement() >= 8 ? type : throw Malformed(path, $"parameter '{name}' has the element type {(int)type}");
    }

    private long[] Dims(long table, string name)
    {
        long list = Field(table, 1) is { } field ? Follow(field, name) : throw Malformed(path, $"parameter '{name}' has no shape");
        int count = Number(list, name);
        if (count > MostDims)
        {
            throw Malformed(path, $"parameter '{name}' has {count} dimensions");
        }

        var dims = new long[count];
        ReadOnlySpan<byte> stored = Range(list + 4, 8L * count, name);
        for (int i = 0; i < count; i++)
        {
            dims[i] = BinaryPrimitives.ReadInt64LittleEndian(stored[(8 * i)..]);
            if (dims[i] is < 0 or > int.MaxValue)
            {
                throw Malformed(path, $"parameter '{name}' has a dimension of {dims[i]}");
            }
        }

        return dims;
    }

    private long Values(long table, OrtAdapterParameter parameter)
    {
        long list = Field(table, 3) is { } field ? Follow(field, parameter.Name) : throw Malformed(path, $"parameter '{parameter.Name}' has no values");
        int length = Number(list, parameter.Name);
        long expected;
        try
        {
            expected = parameter.ByteLength;
        }
        catch (OverflowException)
        {
            throw Malformed(path, $"parameter '{parameter.Name}' has the shape [{string.Join(", ", parameter.Dims)}]");
        }

        if (length != expected)
        {
            throw Malformed(path, $"parameter '{parameter.Name}' has {length} bytes of values where its shape says {expected}");
        }

        Range(list + 4, length, parameter.Name);
        return list + 4;
    }

    /// <summary>Where a field of a table lies; null: it is left out.</summary>
    private long? Field(long table, int slot)
    {
        long vtable = table - Signed(table);
        int size = BinaryPrimitives.ReadUInt16LittleEndian(Range(vtable, 4, "a table"));
        int entry = 4 + (2 * slot);
        if (entry + 2 > size)
        {
            return null;
        }

        int offset = BinaryPrimitives.ReadUInt16LittleEndian(Range(vtable + entry, 2, "a table"));
        return offset == 0 ? null : table + offset;
    }

    private long Follow(long at, string what) => at + Number(at, what);

    /// <summary>A length or a reference: not negative.</summary>
    private int Number(long at, string what)
    {
        int value = BinaryPrimitives.ReadInt32LittleEndian(Range(at, 4, what));
        return value >= 0 ? value : throw Malformed(path, $"{what} lies outside the file");
    }

    private int Signed(long at) => BinaryPrimitives.ReadInt32LittleEndian(Range(at, 4, "a table"));

    private ReadOnlySpan<byte> Range(long start, long length, string what) => start >= 0 && length >= 0 && start <= _bytes.Length - length
        ? _bytes.Slice((int)start, (int)length)
        : throw Malformed(path, $"{what} lies outside the file");
}
