using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static ModelPack.Formats.Gguf.GgufErrors;

namespace ModelPack.Formats.Gguf;

/// <summary>Reads one metadata value of any type.</summary>
internal static class GgufValueReader
{
    // A length in front of the characters.
    private const int LeastTextBytes = 8;

    private const string ValueOf = "the value of";

    public static GgufValue Read(ref GgufCursor cursor, string key)
    {
        GgufValueType type = ReadType(ref cursor, key);
        if (type != GgufValueType.Array)
        {
            return new GgufValue(type, type, ReadElement(ref cursor, key, type));
        }

        GgufValueType element = ReadType(ref cursor, key);
        if (element == GgufValueType.Array)
        {
            throw new ModelPackException(NestedArray, $"{cursor.Path}: '{key}' is an array of arrays, which GGUF readers do not take; write the file again without it.");
        }

        int count = cursor.Count(new GgufPart("the number of elements of", key), element == GgufValueType.Text ? LeastTextBytes : Size(element));
        return new GgufValue(type, element, ReadElements(ref cursor, key, element, count));
    }

    private static GgufValueType ReadType(ref GgufCursor cursor, string key)
    {
        uint type = cursor.UInt32(new GgufPart("the type of", key));
        return type <= (uint)GgufValueType.Float64
            ? (GgufValueType)type
            : throw new ModelPackException(UnknownValueType, $"{cursor.Path}: '{key}' has the value type {type}, which GGUF does not have, so the file is damaged or newer than this version; {GgufCursor.FetchAgain}.");
    }

    private static object ReadElement(ref GgufCursor cursor, string key, GgufValueType type) => type switch
    {
        GgufValueType.UInt8 => Number<byte>(ref cursor, key),
        GgufValueType.Int8 => Number<sbyte>(ref cursor, key),
        GgufValueType.UInt16 => Number<ushort>(ref cursor, key),
        GgufValueType.Int16 => Number<short>(ref cursor, key),
        GgufValueType.UInt32 => Number<uint>(ref cursor, key),
        GgufValueType.Int32 => Number<int>(ref cursor, key),
        GgufValueType.Float32 => Number<float>(ref cursor, key),
        GgufValueType.UInt64 => Number<ulong>(ref cursor, key),
        GgufValueType.Int64 => Number<long>(ref cursor, key),
        GgufValueType.Float64 => Number<double>(ref cursor, key),
        GgufValueType.Bool => TruthValue(ref cursor, key),
        _ => cursor.Text(new GgufPart(ValueOf, key)),
    };

    private static Array ReadElements(ref GgufCursor cursor, string key, GgufValueType type, int count) => type switch
    {
        GgufValueType.UInt8 => Numbers<byte>(ref cursor, key, count),
        GgufValueType.Int8 => Numbers<sbyte>(ref cursor, key, count),
        GgufValueType.UInt16 => Numbers<ushort>(ref cursor, key, count),
        GgufValueType.Int16 => Numbers<short>(ref cursor, key, count),
        GgufValueType.UInt32 => Numbers<uint>(ref cursor, key, count),
        GgufValueType.Int32 => Numbers<int>(ref cursor, key, count),
        GgufValueType.Float32 => Numbers<float>(ref cursor, key, count),
        GgufValueType.UInt64 => Numbers<ulong>(ref cursor, key, count),
        GgufValueType.Int64 => Numbers<long>(ref cursor, key, count),
        GgufValueType.Float64 => Numbers<double>(ref cursor, key, count),
        GgufValueType.Bool => TruthValues(ref cursor, key, count),
        _ => Texts(ref cursor, key, count),
    };

    private static int Size(GgufValueType type) => type switch
    {
        GgufValueType.UInt8 or GgufValueType.Int8 or GgufValueType.Bool => 1,
        GgufValueType.UInt16 or GgufValueType.Int16 => 2,
        GgufValueType.UInt32 or GgufValueType.Int32 or GgufValueType.Float32 => 4,
        _ => 8,
    };

    private static T Number<T>(ref GgufCursor cursor, string key)
        where T : unmanaged =>
        MemoryMarshal.Read<T>(cursor.Take(Unsafe.SizeOf<T>(), new GgufPart(ValueOf, key)));

    private static T[] Numbers<T>(ref GgufCursor cursor, string key, int count)
        where T : unmanaged
    {
        var values = new T[count];
        Span<byte> target = MemoryMarshal.AsBytes(values.AsSpan());
        cursor.Take(target.Length, new GgufPart(ValueOf, key)).CopyTo(target);
        return values;
    }

    private static bool TruthValue(ref GgufCursor cursor, string key)
    {
        byte value = cursor.UInt8(new GgufPart(ValueOf, key));
        return value <= 1
            ? value == 1
            : throw new ModelPackException(BadTruthValue, $"{cursor.Path}: '{key}' has the truth value {value} and only 0 and 1 are, so the file is damaged; {GgufCursor.FetchAgain}.");
    }

    private static bool[] TruthValues(ref GgufCursor cursor, string key, int count)
    {
        var values = new bool[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = TruthValue(ref cursor, key);
        }

        return values;
    }

    private static string[] Texts(ref GgufCursor cursor, string key, int count)
    {
        var values = new string[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = cursor.Text(new GgufPart(ValueOf, key));
        }

        return values;
    }
}
