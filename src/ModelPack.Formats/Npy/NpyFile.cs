using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using ModelPack.Formats.Numerics;

namespace ModelPack.Formats.Npy;

/// <summary>Reads .npy files (numpy.lib.format, versions 1 to 3): little-endian numbers and truth values in C order. Thread-safe.</summary>
public static partial class NpyFile
{
    private const int LongestHeader = 1 << 16;
    private const int MostDimensions = 32;

    private static readonly byte[] Magic = [0x93, .. "NUMPY"u8];

    private static readonly Dictionary<string, ElementType> Types = new(StringComparer.Ordinal)
    {
        ["b1"] = ElementType.Bool,
        ["u1"] = ElementType.UInt8,
        ["i1"] = ElementType.Int8,
        ["u2"] = ElementType.UInt16,
        ["i2"] = ElementType.Int16,
        ["u4"] = ElementType.UInt32,
        ["i4"] = ElementType.Int32,
        ["u8"] = ElementType.UInt64,
        ["i8"] = ElementType.Int64,
        ["f2"] = ElementType.Float16,
        ["f4"] = ElementType.Float32,
        ["f8"] = ElementType.Float64,
    };

    /// <summary>Reads a file. Memory is that of its values, which is checked against the file's length first.</summary>
    /// <exception cref="ModelPackException">MPK1170 to MPK1173: unreadable, no .npy file, of another kind, or truncated.</exception>
    public static NpyArray Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            return Read(file, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelPackException(NpyErrors.Unreadable, $"{path}: the file cannot be read ({e.Message.TrimEnd('.')}); check that it is a file and that you may read it.", e);
        }
    }

    private static NpyArray Read(FileStream file, string path)
    {
        string header = Header(file, path);
        Match description = Description().Match(header), order = Order().Match(header), shapeText = Shape().Match(header);
        if (!description.Success || !order.Success || !shapeText.Success)
        {
            throw NotNpy(path, "its header does not name type, order and shape");
        }

        string text = description.Groups[1].Value;
        if (text[0] == '>' || !Types.TryGetValue(text[1..], out ElementType type))
        {
            throw new ModelPackException(NpyErrors.Unsupported, $"{path}: values of the type '{text}' are not read; save little-endian numbers, such as array.astype('<f4').");
        }

        if (order.Groups[1].Value == "True")
        {
            throw new ModelPackException(NpyErrors.Unsupported, $"{path}: the values lie column by column; save numpy.ascontiguousarray(array).");
        }

        (long[] shape, long length) = ShapeOf(shapeText.Groups[1].Value, type, path);
        long available = file.Length - file.Position;
        if (length > available || length > Array.MaxLength)
        {
            throw new ModelPackException(NpyErrors.Truncated, $"{path}: {length} bytes of values are announced and {available} are there; save it again.");
        }

        var bytes = new byte[length];
        file.ReadExactly(bytes);
        return new NpyArray(type, shape, bytes);
    }

    private static string Header(FileStream file, string path)
    {
        Span<byte> start = stackalloc byte[12];
        int read = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        if (read < 10 || !start.StartsWith(Magic) || start[6] is < 1 or > 3)
        {
            throw NotNpy(path, "it does not begin as one");
        }

        bool isShort = start[6] == 1;
        long length = isShort ? BinaryPrimitives.ReadUInt16LittleEndian(start[8..]) : BinaryPrimitives.ReadUInt32LittleEndian(start[8..]);
        file.Position = isShort ? 10 : 12;
        if (length > LongestHeader || length > file.Length - file.Position)
        {
            throw NotNpy(path, $"its header would have {length} bytes");
        }

        var bytes = new byte[length];
        file.ReadExactly(bytes);
        return Encoding.UTF8.GetString(bytes);
    }

    private static (long[] Shape, long Length) ShapeOf(string text, ElementType type, string path)
    {
        string[] parts = text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        try
        {
            long[] shape = [.. parts.Select(part => long.Parse(part, NumberStyles.None, CultureInfo.InvariantCulture))];
            long length = shape.Aggregate((long)type.SizeInBytes(), (product, dim) => checked(product * dim));
            return shape.Length <= MostDimensions ? (shape, length) : throw NotNpy(path, $"its shape has {shape.Length} dimensions");
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            throw NotNpy(path, $"its shape is ({text})");
        }
    }

    private static ModelPackException NotNpy(string path, string why) => new(NpyErrors.NotNpy, $"{path} is not a .npy file: {why}; save the array with numpy.save.");

    [GeneratedRegex("""['"]descr['"]\s*:\s*['"]([<>|=][a-z][0-9]+)['"]""")]
    private static partial Regex Description();

    [GeneratedRegex("""['"]fortran_order['"]\s*:\s*(True|False)""")]
    private static partial Regex Order();

    [GeneratedRegex("""['"]shape['"]\s*:\s*\(([0-9,\s]*)\)""")]
    private static partial Regex Shape();
}
