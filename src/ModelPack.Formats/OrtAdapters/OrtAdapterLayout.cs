using System.Text;

namespace ModelPack.Formats.OrtAdapters;

/// <summary>
/// Where each part of an adapter file lies. The format is a FlatBuffer of ONNX Runtime's (root table Adapter: format version,
/// adapter version, model version, parameters; table Parameter: name, dims, data type, raw data). A FlatBuffer may be laid out in
/// any order as long as references point forward: tables come first, then names and shapes, then the values.
/// </summary>
internal sealed class OrtAdapterLayout
{
    /// <summary>Four bytes behind the reference to the root.</summary>
    public const string Identifier = "TORT";

    /// <summary>The only version of the format so far.</summary>
    public const int FormatVersion = 1;

    /// <summary>Fields of both tables, in the order of their slots; every field takes four bytes behind the reference to the vtable.</summary>
    public const int Fields = 4;

    public const int VtableSize = 4 + (2 * Fields);
    public const int TableSize = 4 + (4 * Fields);
    public const int VtableStart = 8;
    public const int RootStart = VtableStart + VtableSize;

    // Larger than the 8 bytes that the format asks for, so that values in a mapped file are aligned for vectors.
    private const int ValueAlignment = 64;

    public OrtAdapterLayout(IReadOnlyList<OrtAdapterParameter> parameters)
    {
        ListStart = RootStart + TableSize;
        TablesStart = ListStart + 4 + (4L * parameters.Count);
        long end = TablesStart + ((long)TableSize * parameters.Count);
        Places = new Place[parameters.Count];
        for (int i = 0; i < Places.Length; i++)
        {
            long name = Align(end, 4);
            long dims = Align(name + 4 + Encoding.UTF8.GetByteCount(parameters[i].Name) + 1 + 4, 8) - 4;
            end = dims + 4 + (8L * parameters[i].Dims.Count);
            Places[i] = new Place(name, dims, 0);
        }

        for (int i = 0; i < Places.Length; i++)
        {
            long values = Align(end + 4, ValueAlignment);
            Places[i] = Places[i] with { Values = values };
            end = values + parameters[i].ByteLength;
        }

        Length = Align(end, 8);
    }

    /// <summary>First byte of the list of parameters: its length, then one reference a parameter.</summary>
    public int ListStart { get; }

    /// <summary>First byte of the parameters' tables.</summary>
    public long TablesStart { get; }

    /// <summary>Bytes of the file.</summary>
    public long Length { get; }

    /// <summary>Where a parameter's parts begin; names and shapes with their lengths in front, values with theirs in the four bytes before.</summary>
    public Place[] Places { get; }

    private static long Align(long offset, int to) => (offset + to - 1) / to * to;

    internal readonly record struct Place(long Name, long Dims, long Values);
}
