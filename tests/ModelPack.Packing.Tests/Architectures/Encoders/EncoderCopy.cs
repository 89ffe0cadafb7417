using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using ModelPack.Formats.Numerics;
using ModelPack.Formats.Safetensors;
using ModelPack.Packing.Architectures.Encoders;

namespace ModelPack.Packing.Tests.Architectures.Encoders;

/// <summary>A golden encoder in a temporary folder, to be changed.</summary>
internal sealed class EncoderCopy : IDisposable
{
    public EncoderCopy(string name)
    {
        Golden = GoldenCase.Open(name);
        Folder = Directory.CreateTempSubdirectory("modelpack-").FullName;
        Directory.CreateDirectory(Path.Combine(Folder, "1_Pooling"));
        foreach (string file in new[] { "config.json", "model.safetensors", "modules.json", "1_Pooling/config.json", "sentence_bert_config.json" })
        {
            if (File.Exists(Path.Combine(Golden.Folder, file)))
            {
                File.Copy(Path.Combine(Golden.Folder, file), Path.Combine(Folder, file));
                File.SetAttributes(Path.Combine(Folder, file), FileAttributes.Normal);
            }
        }
    }

    public GoldenCase Golden { get; }

    public string Folder { get; }

    /// <summary>Changes a JSON file of the folder.</summary>
    public void Edit(string file, Action<JsonObject> change)
    {
        string path = Path.Combine(Folder, file);
        JsonObject json = File.Exists(path) ? JsonNode.Parse(File.ReadAllText(path))!.AsObject() : [];
        change(json);
        File.WriteAllText(path, json.ToJsonString());
    }

    /// <summary>Writes modules.json.</summary>
    public void Modules(params (string Kind, string Path)[] modules) => File.WriteAllText(
        Path.Combine(Folder, "modules.json"),
        new JsonArray([.. modules.Select((module, i) => new JsonObject { ["idx"] = i, ["name"] = $"{i}", ["path"] = module.Path, ["type"] = $"sentence_transformers.models.{module.Kind}" })]).ToJsonString());

    /// <summary>Leaves tensors out of the checkpoint and adds others.</summary>
    public void Tensors(Func<string, bool> keep, params (string Name, long[] Shape, float[] Values)[] added)
    {
        string file = Path.Combine(Folder, "model.safetensors");
        (string Name, long[] Shape, float[] Values)[] kept = [.. Golden.Checkpoint.Tensors.Values.Where(tensor => keep(tensor.Name) && tensor.Type != ElementType.Int64).Select(tensor => (tensor.Name, tensor.Shape.ToArray(), Values(tensor)))];
        Write(file, [.. kept, .. added]);
    }

    public static void Write(string file, (string Name, long[] Shape, float[] Values)[] tensors)
    {
        using SafetensorsWriter writer = SafetensorsWriter.Create(file, tensors.Select(tensor => (tensor.Name, ElementType.Float32, (IReadOnlyList<long>)tensor.Shape)));
        foreach ((_, _, float[] values) in tensors)
        {
            writer.Write(MemoryMarshal.AsBytes(values.AsSpan()));
        }

        writer.Complete();
    }

    /// <summary>Outputs of the folder's graph for the golden's rows.</summary>
    public Dictionary<string, float[]> Run()
    {
        string work = Directory.CreateTempSubdirectory("modelpack-").FullName;
        try
        {
            using EncoderFolder folder = EncoderFolder.Open(Folder);
            using var run = new EncoderRun(folder.Write(work, folder.Graph()));
            return run.Run(Golden.Ids("input_ids"), Golden.Ids("attention_mask"), Golden.Has("token_type_ids") ? Golden.Ids("token_type_ids") : null, Golden.Shape("input_ids")[0]);
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    /// <summary>The error with which the folder is refused.</summary>
    public ModelPackException Refusal() => Assert.Throws<ModelPackException>(() => EncoderFolder.Open(Folder).Dispose());

    public void Dispose()
    {
        Golden.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private static float[] Values(SafetensorsTensor tensor)
    {
        var values = new float[tensor.ElementCount];
        tensor.ReadFloat32(0, values);
        return values;
    }
}
