using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using ModelPack.Quantization.CodeBooks;

namespace ModelPack.Quantization;

/// <summary>Codes back to float32. Pure and thread-safe.</summary>
public static class Dequantization
{
    private const int CodesAtOnce = 8;

    /// <summary>Writes the value of every weight of whole rows (see <see cref="CodeGrid"/>), in float32 exactly as product and sum round.</summary>
    /// <param name="scheme">Bits, group size, grid; its scales are float16.</param>
    /// <param name="columns">Inputs of a row.</param>
    /// <param name="codes">[rows, CodeBytesPerRow].</param>
    /// <param name="scales">[rows, GroupsPerRow].</param>
    /// <param name="zeroPoints">[rows, ZeroPointBytesPerRow]; empty when none are stored.</param>
    /// <param name="destination">[rows, columns].</param>
    /// <exception cref="ArgumentException">Float32 scales, or a length that does not fit the number of rows.</exception>
    public static void DequantizeRows(
        QuantizationScheme scheme,
        int columns,
        ReadOnlySpan<byte> codes,
        ReadOnlySpan<Half> scales,
        ReadOnlySpan<byte> zeroPoints,
        Span<float> destination)
    {
        ArgumentNullException.ThrowIfNull(scheme);
        if (scheme.ScaleType != ScaleType.Float16)
        {
            throw new ArgumentException("The scheme has float32 scales.", nameof(scheme));
        }

        DequantizeStored(scheme, columns, codes, MemoryMarshal.AsBytes(scales), zeroPoints, destination);
    }

    /// <summary>As <see cref="DequantizeRows"/>, with scales in the type that the scheme stores.</summary>
    /// <param name="scheme">Bits, group size, grid, type of the scales.</param>
    /// <param name="columns">Inputs of a row.</param>
    /// <param name="codes">[rows, CodeBytesPerRow].</param>
    /// <param name="scales">[rows, ScaleBytesPerRow].</param>
    /// <param name="zeroPoints">[rows, ZeroPointBytesPerRow]; empty when none are stored.</param>
    /// <param name="destination">[rows, columns].</param>
    /// <exception cref="ArgumentException">A length that does not fit the number of rows.</exception>
    public static void DequantizeStored(
        QuantizationScheme scheme,
        int columns,
        ReadOnlySpan<byte> codes,
        ReadOnlySpan<byte> scales,
        ReadOnlySpan<byte> zeroPoints,
        Span<float> destination)
    {
        ArgumentNullException.ThrowIfNull(scheme);
        int rows = RowLayout.CountRows(scheme, columns, destination.Length, codes.Length, scales.Length / scheme.ScaleBytes, zeroPoints.Length);
        int groups = scheme.GroupsPerRow(columns);
        int groupBytes = scheme.GroupSize * scheme.Bits / 8;
        int zeroPointBytes = scheme.ZeroPointBytesPerRow(columns);
        CodeBook? book = scheme.IsFloat ? CodeBook.Of(scheme.Grid) : null;
        bool shifted = scheme.Grid is CodeGrid.Offsets or CodeGrid.Minimums;
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<byte> rowZeroPoints = zeroPoints.Slice(row * zeroPointBytes, zeroPointBytes);
            Span<float> output = destination.Slice(row * columns, columns);
            for (int group = 0; group < groups; group++)
            {
                int index = (row * groups) + group, start = group * scheme.GroupSize;
                ReadOnlySpan<byte> groupCodes = codes.Slice(index * groupBytes, groupBytes);
                Span<float> values = output.Slice(start, Math.Min(scheme.GroupSize, columns - start));
                float scale = Number(scales, scheme, index);
                if (book is not null)
                {
                    book.Decode(groupCodes, scale, values);
                    continue;
                }

                int zero = scheme.Grid switch
                {
                    CodeGrid.ZeroPoints => CodePacking.Unpack(rowZeroPoints, scheme.Bits, group),
                    CodeGrid.Minimums => scheme.LowestCode,
                    _ => scheme.MiddleCode,
                };
                DequantizeGroup(groupCodes, scheme.Bits, scale, zero, shifted ? Number(rowZeroPoints, scheme, group) : 0, values);
            }
        }
    }

    /// <summary>The whole matrix as float32 [Rows, Columns].</summary>
    public static float[] Dequantize(QuantizedMatrix matrix)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        var values = new float[checked(matrix.Rows * matrix.Columns)];
        DequantizeStored(matrix.Scheme, matrix.Columns, matrix.Codes, matrix.ScaleBytes, matrix.ZeroPoints, values);
        return values;
    }

    private static float Number(ReadOnlySpan<byte> numbers, QuantizationScheme scheme, int index) => scheme.ScaleType == ScaleType.Float32
        ? BinaryPrimitives.ReadSingleLittleEndian(numbers[(index * sizeof(float))..])
        : (float)BinaryPrimitives.ReadHalfLittleEndian(numbers[(index * sizeof(ushort))..]);

    private static void DequantizeGroup(ReadOnlySpan<byte> codes, int bits, float scale, int zero, float offset, Span<float> values)
    {
        int done = Avx2.IsSupported ? DequantizeEights(codes, bits, scale, zero, offset, values) : 0;
        DequantizeOneByOne(codes, bits, scale, zero, offset, values, done);
    }

    /// <summary>The scalar reference, from <paramref name="first"/> on.</summary>
    internal static void DequantizeOneByOne(ReadOnlySpan<byte> codes, int bits, float scale, int zero, float offset, Span<float> values, int first)
    {
        for (int i = first; i < values.Length; i++)
        {
            values[i] = (scale * (CodePacking.Unpack(codes, bits, i) - zero)) + offset;
        }
    }

    /// <summary>All whole eights of <paramref name="values"/>; how many values that was.</summary>
    private static int DequantizeEights(ReadOnlySpan<byte> codes, int bits, float scale, int zero, float offset, Span<float> values)
    {
        Vector256<int> zeros = Vector256.Create(zero), mask = Vector256.Create((1 << bits) - 1);
        Vector256<uint> shifts = Vector256<uint>.Indices * (uint)bits;
        Vector256<float> scales = Vector256.Create(scale), offsets = Vector256.Create(offset);
        ref float output = ref MemoryMarshal.GetReference(values);
        int i = 0;
        for (; i <= values.Length - CodesAtOnce; i += CodesAtOnce)
        {
            ReadOnlySpan<byte> eight = codes.Slice(i * bits / 8, bits);
            Vector256<int> integers = bits switch
            {
                8 => Avx2.ConvertToVector256Int32(Vector128.CreateScalar(BinaryPrimitives.ReadUInt64LittleEndian(eight)).AsByte()),
                4 => Spread(BinaryPrimitives.ReadUInt32LittleEndian(eight), shifts),
                _ => Spread(BinaryPrimitives.ReadUInt16LittleEndian(eight), shifts),
            };
            ((scales * Vector256.ConvertToSingle((integers & mask) - zeros)) + offsets).StoreUnsafe(ref output, (nuint)i);
        }

        return i;
    }

    private static Vector256<int> Spread(uint packed, Vector256<uint> shifts) =>
        Avx2.ShiftRightLogicalVariable(Vector256.Create(packed), shifts).AsInt32();
}
