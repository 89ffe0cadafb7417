using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace ModelPack.Packing.Store;

/// <summary>
/// The file of one stored tensor: a header of 64 bytes (magic, four section lengths, check sum), then the sections. Thousands
/// of them are written in a run, so they are not forced to the disk one by one; the check sum finds what a power cut left.
/// </summary>
internal static class TensorFile
{
    private const ulong Magic = 0x3154_4B50_4D00_8A01;
    private const int HeaderBytes = 64;
    private const int SumOffset = 40;

    /// <summary>Writes a new file.</summary>
    /// <exception cref="IOException">Disk full and the like.</exception>
    public static void Write(string path, Sections sections)
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        header.Clear();
        WriteLengths(header, sections.Codes.Length, sections.Scales.Length, sections.ZeroPoints.Length, sections.Notes.Length);
        Sum(header, sections.Codes, sections.Scales, sections.ZeroPoints, sections.Notes).Write(header[SumOffset..]);
        using SafeFileHandle file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        long offset = 0;
        Append(file, header, ref offset);
        Append(file, sections.Codes, ref offset);
        Append(file, sections.Scales, ref offset);
        Append(file, sections.ZeroPoints, ref offset);
        Append(file, sections.Notes, ref offset);
    }

    /// <summary>Fills the sections; false when the file is damaged or its sections have other lengths.</summary>
    /// <exception cref="IOException">There is no such file, or it cannot be read.</exception>
    public static bool TryRead(string path, Span<byte> codes, Span<byte> scales, Span<byte> zeroPoints, Span<byte> notes)
    {
        using SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        Span<byte> header = stackalloc byte[HeaderBytes];
        Span<byte> expected = stackalloc byte[HeaderBytes];
        expected.Clear();
        WriteLengths(expected, codes.Length, scales.Length, zeroPoints.Length, notes.Length);
        long offset = 0;
        if (!TryFill(file, header, ref offset)
            || !header[..SumOffset].SequenceEqual(expected[..SumOffset])
            || !TryFill(file, codes, ref offset)
            || !TryFill(file, scales, ref offset)
            || !TryFill(file, zeroPoints, ref offset)
            || !TryFill(file, notes, ref offset)
            || RandomAccess.GetLength(file) != offset)
        {
            return false;
        }

        Sum(header, codes, scales, zeroPoints, notes).Write(expected[SumOffset..]);
        return header.SequenceEqual(expected);
    }

    /// <summary>True when the file is whole, whatever the lengths of its sections.</summary>
    public static bool IsWhole(string path)
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        long length;
        using (SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete))
        {
            length = RandomAccess.GetLength(file);
            long offset = 0;
            if (!TryFill(file, header, ref offset))
            {
                return false;
            }
        }

        Span<long> lengths = stackalloc long[4];
        long left = length - HeaderBytes;
        for (int i = 0; i < lengths.Length; i++)
        {
            lengths[i] = BinaryPrimitives.ReadInt64LittleEndian(header[(8 + (8 * i))..]);
            if (lengths[i] < 0 || lengths[i] > Math.Min(left, Array.MaxLength))
            {
                return false;
            }

            left -= lengths[i];
        }

        return left == 0 && TryRead(path, new byte[lengths[0]], new byte[lengths[1]], new byte[lengths[2]], new byte[lengths[3]]);
    }

    private static void WriteLengths(Span<byte> header, long codes, long scales, long zeroPoints, long notes)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(header, Magic);
        BinaryPrimitives.WriteInt64LittleEndian(header[8..], codes);
        BinaryPrimitives.WriteInt64LittleEndian(header[16..], scales);
        BinaryPrimitives.WriteInt64LittleEndian(header[24..], zeroPoints);
        BinaryPrimitives.WriteInt64LittleEndian(header[32..], notes);
    }

    private static InterleavedCrc Sum(ReadOnlySpan<byte> header, ReadOnlySpan<byte> codes, ReadOnlySpan<byte> scales, ReadOnlySpan<byte> zeroPoints, ReadOnlySpan<byte> notes)
    {
        var sum = default(InterleavedCrc);
        sum.Append(header[..SumOffset]);
        sum.Append(codes);
        sum.Append(scales);
        sum.Append(zeroPoints);
        sum.Append(notes);
        return sum;
    }

    private static void Append(SafeFileHandle file, ReadOnlySpan<byte> bytes, ref long offset)
    {
        RandomAccess.Write(file, bytes, offset);
        offset += bytes.Length;
    }

    private static bool TryFill(SafeFileHandle file, Span<byte> bytes, ref long offset)
    {
        while (bytes.Length > 0)
        {
            int read = RandomAccess.Read(file, bytes, offset);
            if (read == 0)
            {
                return false;
            }

            offset += read;
            bytes = bytes[read..];
        }

        return true;
    }

    /// <summary>What is stored about a tensor.</summary>
    public readonly ref struct Sections
    {
        public ReadOnlySpan<byte> Codes { get; init; }

        public ReadOnlySpan<byte> Scales { get; init; }

        public ReadOnlySpan<byte> ZeroPoints { get; init; }

        public ReadOnlySpan<byte> Notes { get; init; }
    }
}
