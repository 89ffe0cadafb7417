using ModelPack.Formats.Onnx;
using ModelPack.Formats.Onnx.Protobuf;

namespace ModelPack.Packing.OnnxModels;

/// <summary>
/// A readable ONNX model: its graph in memory, its values wherever the file has them, inside or in data files of its folder.
/// Owns the memory maps of those files; dispose it. Reading values is thread-safe; the graph may be changed by one thread at a time.
/// </summary>
public sealed class OnnxModel : IDisposable
{
    private readonly OnnxTensorReader _reader;

    private OnnxModel(ModelProto proto, string file)
    {
        Proto = proto;
        File = Path.GetFullPath(file);
        _reader = new OnnxTensorReader(File);
    }

    /// <summary>Graph, operator sets, functions, metadata.</summary>
    public ModelProto Proto { get; }

    /// <summary>Full path of the .onnx file, from which external locations count.</summary>
    public string File { get; }

    /// <summary>Full path of the folder that holds it.</summary>
    public string Folder => Path.GetDirectoryName(File)!;

    /// <summary>What a caller has to give: the graph's inputs without those that are initializers, in the file's order.</summary>
    public IReadOnlyList<ValueInfoProto> Inputs
    {
        get
        {
            HashSet<string> initializers = [.. Proto.Graph.Initializer.Select(tensor => tensor.Name)];
            return [.. Proto.Graph.Input.Where(input => !initializers.Contains(input.Name))];
        }
    }

    /// <summary>The graph's outputs in the file's order.</summary>
    public IReadOnlyList<ValueInfoProto> Outputs => Proto.Graph.Output;

    /// <summary>Reads a model and checks types, shapes and places of all its tensors; large values stay where they are.</summary>
    /// <exception cref="ModelPackException">MPK1100 to MPK1113: nothing there, not ONNX, or a tensor is malformed.</exception>
    public static OnnxModel Open(string file) => new(OnnxFile.Read(file), file);

    /// <summary>A model that is not written yet: its graph can be looked at, its values cannot be read.</summary>
    /// <param name="proto">The model; not copied.</param>
    /// <param name="file">Where it will be, for messages.</param>
    internal static OnnxModel Unwritten(ModelProto proto, string file) => new(proto, file);

    /// <summary>A changed model whose external values still lie beside the file of the one it was made from.</summary>
    /// <param name="proto">The changed model; not copied.</param>
    public OnnxModel With(ModelProto proto)
    {
        ArgumentNullException.ThrowIfNull(proto);
        return new OnnxModel(proto, File);
    }

    /// <summary>The values of a tensor of this model.</summary>
    /// <exception cref="ModelPackException">MPK1102, MPK1106 to MPK1113: the tensor is malformed or its file cannot be read.</exception>
    public OnnxTensor Values(TensorProto tensor) => _reader.Open(tensor);

    /// <summary>Version of an operator set that the model imports; 0: it does not.</summary>
    /// <param name="domain">The domain; empty for ai.onnx.</param>
    public long OperatorSet(string domain) => Proto.OpsetImport.FirstOrDefault(set => OperatorDomain.Same(set.Domain, domain))?.Version ?? 0;

    /// <inheritdoc/>
    public void Dispose() => _reader.Dispose();
}
