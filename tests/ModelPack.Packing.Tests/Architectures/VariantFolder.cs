using System.Text.Json.Nodes;
using ModelPack.Formats.Numerics;
using ModelPack.Formats.Safetensors;
using ModelPack.Packing.Architectures;

namespace ModelPack.Packing.Tests.Architectures;

/// <summary>A golden checkpoint with another configuration, and without the tensors or the rows and columns that it does not ask for.</summary>
internal sealed class VariantFolder : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("modelpack-variant-").FullName;

    /// <summary>Writes the variant.</summary>
    /// <param name="golden">The case.</param>
    /// <param name="fields">JSON object of fields that replace those of config.json.</param>
    /// <param name="shape">Gives the first rows and columns of a tensor that stay, null all; an empty list drops it.</param>
    public VariantFolder(GoldenCase golden, string fields, Func<string, int[]?>? shape = null)
    {
        JsonObject config = JsonNode.Parse(File.ReadAllText(Path.Combine(golden.Folder, "config.json")))!.AsObject();
        foreach ((string name, JsonNode? value) in JsonNode.Parse(fields)!.AsObject())
        {
            config[name] = value?.DeepClone();
        }

        File.WriteAllText(Path.Combine(_folder, "config.json"), config.ToJsonString());
        (SafetensorsTensor Tensor, int[] Shape)[] kept =
        [
            .. golden.Checkpoint.Tensors.Values.OrderBy(tensor => tensor.Name, StringComparer.Ordinal)
                .Select(tensor => (tensor, Shape: shape?.Invoke(tensor.Name) ?? [.. tensor.Shape.Select(extent => (int)extent)])).Where(pair => pair.Shape.Length > 0),
        ];
        using (SafetensorsWriter writer = SafetensorsWriter.Create(
            Path.Combine(_folder, "model.safetensors"), kept.Select(pair => (pair.Tensor.Name, ElementType.Float32, (IReadOnlyList<long>)[.. pair.Shape.Select(extent => (long)extent)]))))
        {
            foreach ((SafetensorsTensor tensor, int[] extents) in kept)
            {
                writer.Write(System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(Corner(tensor, extents)));
            }

            writer.Complete();
        }

        Checkpoint = SafetensorsCheckpoint.Open(_folder);
        Architecture = DecoderArchitecture.Read(Path.Combine(_folder, "config.json"), Checkpoint.Tensors);
    }

    public SafetensorsCheckpoint Checkpoint { get; }

    public DecoderArchitecture Architecture { get; }

    /// <summary>Logits of the variant's float graph.</summary>
    public float[] Logits(long[] ids)
    {
        using DecoderFolder folder = DecoderFolder.Write(Checkpoint, Architecture, new DecoderGraphOptions());
        using var runner = new DecoderRunner(folder.Model, Architecture);
        return runner.Run(ids);
    }

    public void Dispose()
    {
        Checkpoint.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static float[] Corner(SafetensorsTensor tensor, int[] extents)
    {
        var all = new float[tensor.ElementCount];
        tensor.ReadFloat32(0, all);
        int columns = (int)tensor.Shape[^1];
        return extents.Length == 2
            ? [.. Enumerable.Range(0, extents[0]).SelectMany(row => all.AsSpan(row * columns, extents[1]).ToArray())]
            : extents.Length == 1 ? all[..extents[0]] : all;
    }
}
