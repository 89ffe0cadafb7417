using System.Buffers.Binary;
using System.Text;

namespace ModelPack.Formats.OrtAdapters;

/// <summary>Writes adapter files of ONNX Runtime (<c>.onnx_adapter</c>). The same parameters give the same bytes. Thread-safe.</summary>
public static class OrtAdapterWriter
{
    // References are 32 bits and the reader's own checks stop at 2 GB.
    private const long LargestFile = int.MaxValue;

    /// <summary>Writes a file, one parameter in memory at a time.</summary>
    /// <param name="path">The new file.</param>
    /// <param name="parameters">Its parameters; names are unique.</param>
    /// <param name="values">Gives the little-endian values of a parameter, by its index.</param>
    /// <exception cref="ModelPackException">MPK1122: the disk does not take it, or it would have more than 2 GB.</exception>
    public static void Write(string path, IReadOnlyList<OrtAdapterParameter> parameters, Func<int, byte[]> values)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(values);
        var layout = new OrtAdapterLayout(parameters);
        if (layout.Length > LargestFile)
        {
            throw new ModelPackException(OrtAdapterErrors.Unwritable, $"{path} would have {layout.Length} bytes, and an adapter file can have 2 GB; merge the adapter instead.");
        }

        try
        {
            using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, 1 << 20);
            file.SetLength(layout.Length);
            file.Write(Tables(layout, parameters));
            Span<byte> length = stackalloc byte[4];
            for (int i = 0; i < parameters.Count; i++)
            {
                byte[] bytes = values(i);
                ArgumentOutOfRangeException.ThrowIfNotEqual(bytes.LongLength, parameters[i].ByteLength, nameof(values));
                file.Position = layout.Places[i].Values - 4;
                BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
                file.Write(length);
                file.Write(bytes);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelPackException(OrtAdapterErrors.Unwritable, $"{path} cannot be written ({e.Message}); free space on that disk.", e);
        }
    }

    /// <summary>Everything in front of the values.</summary>
    private static byte[] Tables(OrtAdapterLayout layout, IReadOnlyList<OrtAdapterParameter> parameters)
    {
        int end = parameters.Count == 0 ? (int)layout.Length : (int)layout.Places[^1].Dims + 4 + (8 * parameters[^1].Dims.Count);
        byte[] bytes = new byte[end];
        Number(bytes, 0, OrtAdapterLayout.RootStart);
        Encoding.ASCII.GetBytes(OrtAdapterLayout.Identifier, bytes.AsSpan(4));

        // One vtable serves both tables: its own size, the size of the table, and where each field lies in it.
        ReadOnlySpan<int> vtable = [OrtAdapterLayout.VtableSize, OrtAdapterLayout.TableSize, 4, 8, 12, 16];
        for (int i = 0; i < vtable.Length; i++)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(OrtAdapterLayout.VtableStart + (2 * i)), (ushort)vtable[i]);
        }

        Table(bytes, OrtAdapterLayout.RootStart, OrtAdapterLayout.FormatVersion, 0, 0, layout.ListStart - (OrtAdapterLayout.RootStart + 16));
        Number(bytes, layout.ListStart, parameters.Count);
        for (int i = 0; i < parameters.Count; i++)
        {
            int table = (int)layout.TablesStart + (OrtAdapterLayout.TableSize * i);
            int reference = layout.ListStart + 4 + (4 * i);
            OrtAdapterLayout.Place place = layout.Places[i];
            Number(bytes, reference, table - reference);
            Table(bytes, table, (int)place.Name - (table + 4), (int)place.Dims - (table + 8), (int)parameters[i].Type, (int)(place.Values - 4) - (table + 16));
            Number(bytes, (int)place.Name, Encoding.UTF8.GetBytes(parameters[i].Name, bytes.AsSpan((int)place.Name + 4)));
            Number(bytes, (int)place.Dims, parameters[i].Dims.Count);
            for (int d = 0; d < parameters[i].Dims.Count; d++)
            {
                BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan((int)place.Dims + 4 + (8 * d)), parameters[i].Dims[d]);
            }
        }

        return bytes;
    }

    private static void Table(byte[] bytes, int at, params ReadOnlySpan<int> fields)
    {
        Number(bytes, at, at - OrtAdapterLayout.VtableStart);
        for (int i = 0; i < fields.Length; i++)
        {
            Number(bytes, at + 4 + (4 * i), fields[i]);
        }
    }

    private static void Number(byte[] bytes, int at, int value) => BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at), value);
}
