using ModelPack.Formats.Gguf;
using ModelPack.Tests;

namespace ModelPack.Packing.Tests.Sources.Gguf;

/// <summary>A copy of a real file with other metadata or tensors, in a folder that is removed with it.</summary>
internal sealed class EditedModel : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("modelpack-edited-").FullName;

    /// <summary>Writes the copy.</summary>
    /// <param name="metadata">Changes the values.</param>
    /// <param name="tensor">Gives a tensor another name; null drops it.</param>
    /// <param name="added">Tensors beside those of the file.</param>
    public EditedModel(Action<OrderedDictionary<string, GgufValue>>? metadata = null, Func<string, string?>? tensor = null, params (string Name, GgufTensorType Type, byte[] Bytes)[] added)
    {
        Path = System.IO.Path.Combine(_folder, "edited.gguf");
        using GgufFile source = GgufFile.Open(SharedFolder.Require("models/gguf-reference/stories260K-F16.gguf"));
        var values = new OrderedDictionary<string, GgufValue>(source.Metadata);
        metadata?.Invoke(values);
        (string Name, GgufTensor Tensor)[] kept = [.. source.Tensors.Select(stored => (tensor is null ? stored.Name : tensor(stored.Name), stored)).Where(pair => pair.Item1 is not null).Select(pair => (pair.Item1!, pair.stored))];
        using GgufWriter writer = GgufWriter.Create(
            Path,
            values,
            [
                .. kept.Select(pair => new GgufTensorInfo(pair.Name, pair.Tensor.Type, [.. pair.Tensor.Shape])),
                .. added.Select(pair => new GgufTensorInfo(pair.Name, pair.Type, [pair.Bytes.Length / pair.Type.BytesPerBlock() * pair.Type.ElementsPerBlock()])),
            ]);
        foreach ((_, GgufTensor stored) in kept)
        {
            var bytes = new byte[stored.ByteLength];
            stored.ReadBytes(0, bytes);
            writer.Write(bytes);
        }

        foreach ((_, _, byte[] bytes) in added)
        {
            writer.Write(bytes);
        }

        writer.Complete();
    }

    public string Path { get; }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
