using System.Globalization;
using ModelPack.Formats.Onnx.Protobuf;

namespace ModelPack.Formats.Onnx;

/// <summary>The order, offsets and total size of the tensors of one external data file. Immutable, thread-safe.</summary>
public sealed class ExternalLayout
{
    /// <summary>Every tensor starts on a multiple of this many bytes, so that vector loads from a mapped file are aligned.</summary>
    public const int Alignment = 64;

    private ExternalLayout(string location, IReadOnlyList<ExternalPlacement> placements)
    {
        Location = location;
        Placements = placements;
        Length = placements.Count == 0 ? 0 : placements[^1].Offset + placements[^1].Length;
    }

    /// <summary>Name of the data file, relative to the model's folder.</summary>
    public string Location { get; }

    /// <summary>The tensors by rising offset, in the order of the graph's initializers; without those that share another's place.</summary>
    public IReadOnlyList<ExternalPlacement> Placements { get; }

    /// <summary>Bytes of the data file.</summary>
    public long Length { get; }

    /// <summary>Gives every external initializer of the main graph its place in one file and writes location, offset and length into the model.</summary>
    /// <param name="model">Changed in place.</param>
    /// <param name="location">File name such as <c>model.onnx.data</c>; it lies beside the model.</param>
    /// <param name="sameBytesAs">For the name of an initializer, the name of an earlier one that has the same bytes under another shape, whose place it shares; or null.</param>
    public static ExternalLayout Assign(ModelProto model, string location, Func<string, string?>? sameBytesAs = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrEmpty(location);
        var placements = new List<ExternalPlacement>();
        var places = new Dictionary<string, (long Offset, long Length)>(StringComparer.Ordinal);
        long end = 0;
        foreach (TensorProto tensor in model.Graph.Initializer.Where(t => t.DataLocation == TensorProto.Types.DataLocation.External))
        {
            long length = new ExternalTensor(tensor.Name, (OnnxElementType)tensor.DataType, tensor.Dims).ByteLength;
            long offset = (end + Alignment - 1) / Alignment * Alignment;
            if (sameBytesAs?.Invoke(tensor.Name) is { } owner)
            {
                offset = places[owner].Length == length ? places[owner].Offset : throw new ArgumentException($"'{tensor.Name}' and '{owner}' differ in size.", nameof(sameBytesAs));
            }
            else
            {
                placements.Add(new ExternalPlacement(tensor, offset, length));
                end = checked(offset + length);
            }

            places[tensor.Name] = (offset, length);
            tensor.ExternalData.Clear();
            tensor.ExternalData.Add(Entry("location", location));
            tensor.ExternalData.Add(Entry("offset", offset.ToString(CultureInfo.InvariantCulture)));
            tensor.ExternalData.Add(Entry("length", length.ToString(CultureInfo.InvariantCulture)));
        }

        return new ExternalLayout(location, placements);
    }

    private static StringStringEntryProto Entry(string key, string value) => new() { Key = key, Value = value };
}
