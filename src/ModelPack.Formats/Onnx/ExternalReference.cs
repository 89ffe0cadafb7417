using System.Globalization;
using ModelPack.Formats.Onnx.Protobuf;
using static ModelPack.Formats.Onnx.OnnxErrors;

namespace ModelPack.Formats.Onnx;

/// <summary>The checked place of one tensor in an existing external data file.</summary>
/// <param name="Path">Full path of the data file.</param>
/// <param name="Offset">First byte.</param>
/// <param name="Length">Bytes, as type and shape demand.</param>
internal sealed record ExternalReference(string Path, long Offset, long Length)
{
    private const string SaveAgain = "save or export the model again";

    /// <summary>Reads and checks the external_data of a tensor.</summary>
    /// <param name="modelPath">Full path of the model.</param>
    /// <param name="tensor">A tensor of it that is marked external.</param>
    /// <param name="length">Bytes that type and shape demand.</param>
    public static ExternalReference Resolve(string modelPath, TensorProto tensor, long length)
    {
        var entries = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (StringStringEntryProto entry in tensor.ExternalData)
        {
            if (!entries.TryAdd(entry.Key, entry.Value))
            {
                throw new ModelPackException(BadExternalEntry, $"{modelPath}: external tensor '{tensor.Name}' has '{entry.Key}' twice; {SaveAgain}.");
            }
        }

        string location = entries.GetValueOrDefault("location", string.Empty);
        long offset = Number(modelPath, tensor, entries, "offset") ?? 0;
        long claimed = Number(modelPath, tensor, entries, "length") ?? length;
        if (location.Length == 0)
        {
            throw new ModelPackException(BadExternalEntry, $"{modelPath}: external tensor '{tensor.Name}' has no location; {SaveAgain}.");
        }

        if (claimed != length)
        {
            throw new ModelPackException(ExternalLengthMismatch, $"{modelPath}: tensor '{tensor.Name}' needs {length} bytes for its type and shape but has {claimed} in '{location}'; {SaveAgain}.");
        }

        string path = PathOf(modelPath, tensor, location);
        long available = LengthOf(path, modelPath, tensor);
        return offset <= available - length
            ? new ExternalReference(path, offset, length)
            : throw new ModelPackException(BeyondExternalFile, $"{path}: tensor '{tensor.Name}' of {System.IO.Path.GetFileName(modelPath)} lies at {offset} with {length} bytes but the file has only {available}, so it is truncated or belongs to another model; fetch or export both again.");
    }

    private static long? Number(string modelPath, TensorProto tensor, Dictionary<string, string> entries, string key)
    {
        if (!entries.TryGetValue(key, out string? text))
        {
            return null;
        }

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            ? number
            : throw new ModelPackException(BadExternalEntry, $"{modelPath}: external tensor '{tensor.Name}' has the {key} '{text}', which is not a number from 0 to 2^63 - 1; {SaveAgain}.");
    }

    private static string PathOf(string modelPath, TensorProto tensor, string location)
    {
        // Windows forms are refused everywhere: a model is made on one system and used on another.
        bool plain = location[0] is not ('/' or '\\')
            && !(location.Length > 1 && location[1] == ':')
            && !location.Contains('\0', StringComparison.Ordinal)
            && !location.Split('/', '\\').Contains("..");
        string folder = System.IO.Path.GetDirectoryName(modelPath)!;
        string path = plain ? System.IO.Path.Combine(folder, location) : string.Empty;
        try
        {
            // Download caches keep model and data as links to files that lie together elsewhere.
            if (plain && (Below(path, folder) || Below(path, System.IO.Path.GetDirectoryName(RealPath.Resolve(modelPath))!)))
            {
                return path;
            }
        }
        catch (IOException e)
        {
            throw Missing(path, modelPath, tensor, e);
        }

        throw new ModelPackException(ExternalPathEscapes, $"{modelPath}: tensor '{tensor.Name}' points to '{location}', which is outside the model's folder; put the data file beside the model and {SaveAgain}.");
    }

    private static bool Below(string path, string folder) => RealPath.IsBelow(RealPath.Resolve(path), RealPath.Resolve(folder));

    private static long LengthOf(string path, string modelPath, TensorProto tensor)
    {
        try
        {
            return new FileInfo(RealPath.Resolve(path)).Length;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Missing(path, modelPath, tensor, e);
        }
    }

    private static ModelPackException Missing(string path, string modelPath, TensorProto tensor, Exception cause) =>
        new(MissingExternalFile, $"{path}: the data file of {System.IO.Path.GetFileName(modelPath)} with tensor '{tensor.Name}' is missing or cannot be read; fetch it into the model's folder.", cause);
}
