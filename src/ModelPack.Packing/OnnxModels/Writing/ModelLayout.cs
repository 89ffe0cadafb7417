using System.Globalization;
using ModelPack.Formats.Onnx;
using ModelPack.Formats.Onnx.Protobuf;

namespace ModelPack.Packing.OnnxModels.Writing;

/// <summary>
/// Gives large values of a model their places in one data file beside it: initializers of the main graph, and everything that lay
/// in data files before. Small ones, and what is inside the graphs of nodes, stay in the model.
/// </summary>
internal sealed class ModelLayout
{
    // As in ONNX's own tools: smaller ones are shapes and constants that shape inference looks at.
    private const long SmallestExternal = 1024;

    private readonly Dictionary<string, PlacedTensor> _known = new(StringComparer.Ordinal);
    private readonly List<PlacedTensor> _tensors = [];
    private Dictionary<string, long>? _offsets;

    private ModelLayout()
    {
    }

    /// <summary>The tensors by rising offset.</summary>
    public IReadOnlyList<PlacedTensor> Tensors => _tensors;

    /// <summary>Bytes of the data file.</summary>
    public long Length { get; private set; }

    /// <summary>First byte of each initializer that is made while writing, by its name.</summary>
    public IReadOnlyDictionary<string, long> Offsets => _offsets ??= _known.ToDictionary(pair => pair.Key, pair => pair.Value.Offset, StringComparer.Ordinal);

    /// <summary>Places the tensors and writes that into the model.</summary>
    /// <param name="model">The model, changed in place; its unchanged values are where they were.</param>
    /// <param name="made">Names of external initializers without values yet.</param>
    /// <param name="sameBytes">Names of those that show the bytes of another one.</param>
    /// <param name="location">Name of the data file.</param>
    public static ModelLayout Assign(OnnxModel model, IReadOnlyCollection<string> made, IReadOnlyDictionary<string, string> sameBytes, string location)
    {
        var layout = new ModelLayout();
        var main = new HashSet<TensorProto>(model.Proto.Graph.Initializer, ReferenceEqualityComparer.Instance);
        HashSet<string> names = [.. made];
        foreach (TensorProto tensor in OnnxGraphs.AllTensors(model.Proto).ToArray())
        {
            bool isMain = main.Contains(tensor), isExternal = tensor.DataLocation == TensorProto.Types.DataLocation.External;
            PlacedTensor? placed = null;
            if (isMain && isExternal && sameBytes.TryGetValue(tensor.Name, out string? owner))
            {
                placed = layout._known[owner];
            }
            else if (isMain && isExternal && names.Contains(tensor.Name))
            {
                placed = layout._known[tensor.Name] = layout.Place(tensor, null);
            }
            else if (isExternal || (isMain && BytesOf(tensor) >= SmallestExternal))
            {
                placed = layout.PlaceCopy(model, tensor, isExternal);
            }

            if (placed is not null)
            {
                MakeExternal(tensor, placed, location);
            }
        }

        return layout;
    }

    private static long BytesOf(TensorProto tensor)
    {
        var type = (OnnxElementType)tensor.DataType;
        return type == OnnxElementType.String ? 0 : type.ByteLength(tensor.Dims.Aggregate(1L, (product, dim) => checked(product * dim)));
    }

    private static void MakeExternal(TensorProto tensor, PlacedTensor placed, string location)
    {
        tensor.ClearRawData();
        tensor.FloatData.Clear();
        tensor.Int32Data.Clear();
        tensor.Int64Data.Clear();
        tensor.DoubleData.Clear();
        tensor.Uint64Data.Clear();
        tensor.ExternalData.Clear();
        tensor.DataLocation = TensorProto.Types.DataLocation.External;
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = location });
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "offset", Value = placed.Offset.ToString(CultureInfo.InvariantCulture) });
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "length", Value = placed.Length.ToString(CultureInfo.InvariantCulture) });
    }

    // Tensors that shared their bytes share them still.
    private PlacedTensor PlaceCopy(OnnxModel model, TensorProto tensor, bool isExternal)
    {
        if (!isExternal)
        {
            return Place(tensor, model.Values(tensor));
        }

        string key = "\n" + string.Join('\n', tensor.ExternalData.Where(entry => entry.Key is "location" or "offset").OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => entry.Value)) + "\n" + BytesOf(tensor);
        return _known.TryGetValue(key, out PlacedTensor? known) ? known : _known[key] = Place(tensor, model.Values(tensor));
    }

    private PlacedTensor Place(TensorProto tensor, OnnxTensor? source)
    {
        long offset = (Length + ExternalLayout.Alignment - 1) / ExternalLayout.Alignment * ExternalLayout.Alignment;
        var placed = new PlacedTensor(tensor.Name, offset, BytesOf(tensor), source);
        Length = checked(offset + placed.Length);
        _tensors.Add(placed);
        return placed;
    }
}
