using System.Collections.Concurrent;
using ModelPack.Formats.Numerics;
using ModelPack.Formats.Onnx.Protobuf;

namespace ModelPack.Formats.Onnx;

/// <summary>
/// Opens the values of a model's tensors wherever they are kept. External files are memory-mapped when they are first needed
/// and stay open until this is disposed. Thread-safe.
/// </summary>
public sealed class OnnxTensorReader : IDisposable
{
    private readonly string _modelPath;
    private readonly ConcurrentDictionary<string, Lazy<MappedFile>> _files = new(StringComparer.Ordinal);

    /// <summary>Prepares reading tensors of a model.</summary>
    /// <param name="modelPath">Path of the .onnx file, from which external locations count.</param>
    public OnnxTensorReader(string modelPath)
    {
        ArgumentException.ThrowIfNullOrEmpty(modelPath);
        _modelPath = Path.GetFullPath(modelPath);
    }

    /// <summary>Checks a tensor and opens its values.</summary>
    /// <exception cref="ModelPackException">MPK1102, MPK1106 to MPK1113: the tensor is malformed or its file cannot be read.</exception>
    public OnnxTensor Open(TensorProto tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        (long count, ExternalReference? external) = OnnxTensorCheck.Check(_modelPath, tensor);
        if (external is null || external.Length == 0)
        {
            return new OnnxTensor(tensor, count, null, 0);
        }

        try
        {
            MappedFile file = _files.GetOrAdd(external.Path, static path => new Lazy<MappedFile>(() => new MappedFile(path))).Value;
            if (external.Offset > file.Length - external.Length)
            {
                throw new EndOfStreamException("it became shorter");
            }

            return new OnnxTensor(tensor, count, file, external.Offset);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _files.TryRemove(external.Path, out _);
            throw new ModelPackException(OnnxErrors.Unreadable, $"{external.Path}: the file cannot be read ({e.Message.TrimEnd('.')}); check that it is a file and that you may read it.", e);
        }
    }

    /// <summary>Closes the external files; tensors in them cannot be read afterwards.</summary>
    public void Dispose()
    {
        foreach (Lazy<MappedFile> file in _files.Values.Where(file => file.IsValueCreated))
        {
            file.Value.Dispose();
        }
    }
}
