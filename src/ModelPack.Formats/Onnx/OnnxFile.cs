using Google.Protobuf;
using ModelPack.Formats.Onnx.Protobuf;

namespace ModelPack.Formats.Onnx;

/// <summary>Reads and writes .onnx files. Thread-safe.</summary>
public static class OnnxFile
{
    /// <summary>Writes a model; external data files are not touched. The same model gives the same bytes.</summary>
    /// <exception cref="ModelPackException">MPK1101: the model cannot be written there, or is over the 2 GB that one file may have.</exception>
    public static void Write(string path, ModelProto model)
    {
        ArgumentNullException.ThrowIfNull(model);
        try
        {
            using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16);
            using var output = new CodedOutputStream(file) { Deterministic = true };
            model.WriteTo(output);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelPackException(OnnxErrors.Unwritable, $"{path}: the model cannot be written ({e.Message}); choose a folder that can be written to.", e);
        }
    }
}
