using ModelPack.Formats.Onnx;
using ModelPack.Formats.Onnx.Protobuf;
using ModelPack.Packing.Sources;

namespace ModelPack.Packing.OnnxModels;

/// <summary>An .onnx file with its data files.</summary>
public sealed class OnnxFileSource : OnnxModelSource
{
    private readonly string _file;
    private OnnxModel? _model;

    private OnnxFileSource(string file, OnnxModel model)
        : base(Path.GetDirectoryName(file)!, Path.GetFileNameWithoutExtension(file), file, [], [file, .. DataFiles(model)])
    {
        _file = file;
        _model = model;
    }

    /// <inheritdoc/>
    public override string Kind => "onnx";

    /// <inheritdoc/>
    public override string ModelType => _model?.Proto.Graph.Name ?? string.Empty;

    /// <summary>True for the path of an ONNX file, by its name.</summary>
    public static bool Is(string path) => Path.GetExtension(path).Equals(".onnx", StringComparison.OrdinalIgnoreCase) && !Directory.Exists(path);

    /// <summary>Opens a file.</summary>
    /// <exception cref="ModelPackException">MPK1401: it does not exist; MPK11xx: it is not ONNX, or malformed.</exception>
    public static OnnxFileSource Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string file = Path.GetFullPath(path);
        return File.Exists(file)
            ? new OnnxFileSource(file, OnnxModel.Open(file))
            : throw new ModelPackException(SourceErrors.Missing, $"{path} does not exist; check the path of the model.");
    }

    internal override OnnxModel Describe(CancellationToken cancellation) => _model ?? throw new ObjectDisposedException(_file);

    internal override OnnxModel Load(string workFolder, CancellationToken cancellation) => Describe(cancellation);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _model?.Dispose();
        _model = null;
        base.Dispose(disposing);
    }

    private static IEnumerable<string> DataFiles(OnnxModel model) => OnnxGraphs.AllTensors(model.Proto)
        .Where(tensor => tensor.DataLocation == TensorProto.Types.DataLocation.External)
        .SelectMany(tensor => tensor.ExternalData.Where(entry => entry.Key == "location").Select(entry => Path.GetFullPath(entry.Value, model.Folder)))
        .Distinct().Order(StringComparer.Ordinal);
}
