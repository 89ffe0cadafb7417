using Google.Protobuf;
using ModelPack.Formats.Numerics;
using ModelPack.Formats.Onnx.Protobuf;

namespace ModelPack.Formats.Onnx;

/// <summary>Reads and writes .onnx files. Thread-safe.</summary>
public static class OnnxFile
{
    private const string FetchAgain = "fetch or export the file again";

    /// <summary>
    /// Reads a model and checks that the values of every tensor can be read: type, shape, size, and external files with their
    /// ranges. External values are not loaded; <see cref="OnnxTensorReader"/> reads them.
    /// </summary>
    /// <exception cref="ModelPackException">MPK1100 to MPK1113: nothing there, not ONNX, or a tensor is malformed.</exception>
    public static ModelProto Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string full = Path.GetFullPath(path);
        ModelProto model = Parse(full);
        if (model.Graph is null || model.OpsetImport.Count == 0)
        {
            throw new ModelPackException(OnnxErrors.NoGraph, $"{full}: there is no graph or no operator set in it, so this is not an ONNX model; check which file it is.");
        }

        foreach (TensorProto tensor in OnnxGraphs.AllTensors(model))
        {
            OnnxTensorCheck.Check(full, tensor);
        }

        return model;
    }

    /// <summary>Writes a model; external data files are not touched. The same model gives the same bytes.</summary>
    /// <exception cref="ModelPackException">MPK1101: the model cannot be written there; MPK1105: it is over the 2 GB that one file may have.</exception>
    public static void Write(string path, ModelProto model)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (InlineBytes(model) > int.MaxValue)
        {
            throw new ModelPackException(OnnxErrors.TooLarge, $"{path}: the values inside the model exceed the 2 GB that one ONNX file may have; keep them in an external data file.");
        }

        try
        {
            using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16);
            using var output = new CodedOutputStream(file) { Deterministic = true };
            model.WriteTo(output);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelPackException(OnnxErrors.Unwritable, $"{path}: the model cannot be written ({e.Message.TrimEnd('.')}); choose a folder that can be written to.", e);
        }
    }

    private static ModelProto Parse(string path)
    {
        try
        {
            // Asked before opening: opening a pipe would wait for a writer.
            string target = RealPath.Resolve(path);
            long length = Path.Exists(target) ? new FileInfo(target).Length : throw new ModelPackException(OnnxErrors.NotFound, $"{path}: there is no such file; check the path of the model.");
            if (length > int.MaxValue)
            {
                throw new ModelPackException(OnnxErrors.TooLarge, $"{path}: the file has {length} bytes and an ONNX file at most 2 GB; export it with external data, or check which file it is.");
            }

            if (length == 0)
            {
                throw new ModelPackException(OnnxErrors.NotOnnx, $"{path}: the file is empty; {FetchAgain}.");
            }

            using var file = new MappedFile(path);
            return file.Read(0, (int)length, 0, static (bytes, _) => ModelProto.Parser.ParseFrom(bytes));
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new ModelPackException(OnnxErrors.NotOnnx, $"{path}: the file is truncated, damaged or not ONNX ({e.Message.TrimEnd('.')}); {FetchAgain}.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelPackException(OnnxErrors.Unreadable, $"{path}: the file cannot be read ({e.Message.TrimEnd('.')}); check that it is a file and that you may read it.", e);
        }
    }

    // Protobuf itself counts in 32 bits and would write a damaged file.
    private static long InlineBytes(ModelProto model) => OnnxGraphs.AllTensors(model).Sum(tensor =>
        (long)tensor.RawData.Length
        + (4L * tensor.FloatData.Count) + (8L * tensor.DoubleData.Count)
        + tensor.Int32Data.Count + tensor.Int64Data.Count + tensor.Uint64Data.Count
        + tensor.StringData.Sum(text => (long)text.Length));
}
