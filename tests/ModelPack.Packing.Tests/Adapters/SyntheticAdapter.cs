using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using ModelPack.Formats.Numerics;
using ModelPack.Formats.Safetensors;
using ModelPack.Packing.Adapters;
using ModelPack.Packing.Tests.Architectures;

namespace ModelPack.Packing.Tests.Adapters;

/// <summary>
/// An adapter by formula for some tensors of a reference case, and a copy of the case's checkpoint with the same sums added to its tensors as
/// they lie there, fused and transposed, in double precision.
/// </summary>
internal sealed class SyntheticAdapter : IDisposable
{
    private const int Rank = 3;
    private const float Scale = 2;
    private readonly string _root = Directory.CreateTempSubdirectory("modelpack-").FullName;
    private readonly Dictionary<string, (long[] Shape, float[] Values)> _adapter = [];
    private readonly Dictionary<string, (long[] Shape, float[] Values)> _merged = [];
    private readonly JsonArray _modules = [];

    /// <summary>Makes both.</summary>
    /// <param name="golden">The case.</param>
    /// <param name="transposed">Linear layers lie as [inputs, outputs].</param>
    /// <param name="prefix">What PEFT's names have in front of the checkpoint's.</param>
    /// <param name="modules">Ends of the names of modules that get low-rank sums.</param>
    public SyntheticAdapter(GoldenCase golden, bool transposed, string prefix, params string[] modules)
    {
        foreach (SafetensorsTensor tensor in golden.Checkpoint.Tensors.Values)
        {
            float[] values = new float[tensor.ElementCount];
            tensor.ReadFloat32(0, values);
            _merged[tensor.Name] = ([.. tensor.Shape], values);
            string module = tensor.Name[..Math.Max(0, tensor.Name.LastIndexOf('.'))];
            if (tensor.Shape.Count == 2 && modules.Any(end => module.EndsWith(end, StringComparison.Ordinal)))
            {
                Add(tensor, module, prefix, transposed, isEmbedding: module.EndsWith("embed_tokens", StringComparison.Ordinal));
            }
        }

        Array.ForEach(modules, end => _modules.Add(end));
    }

    /// <summary>The adapter.</summary>
    public string Folder => Path.Combine(_root, "adapter");

    /// <summary>The changed checkpoint, in a folder as a user would have it.</summary>
    public string Merged => Path.Combine(_root, "merged");

    /// <summary>A tensor of the base that the adapter replaces.</summary>
    public void Replace(string tensor, string adapterName)
    {
        float[] values = [.. _merged[tensor].Values.Select((value, i) => value + (0.25f * MathF.Sin(i)))];
        _merged[tensor] = (_merged[tensor].Shape, values);
        _adapter[adapterName] = _merged[tensor];
    }

    /// <summary>Writes both.</summary>
    public void Write(GoldenCase golden)
    {
        Directory.CreateDirectory(Folder);
        Directory.CreateDirectory(Merged);
        File.Copy(Path.Combine(golden.Folder, "config.json"), Path.Combine(Merged, "config.json"));
        CharacterTokenizer.Write(Merged);
        Save(Path.Combine(Merged, "model.safetensors"), _merged);
        Save(Path.Combine(Folder, LoraFolder.WeightsName), _adapter);
        var config = new JsonObject { ["peft_type"] = "LORA", ["r"] = Rank, ["lora_alpha"] = Rank * Scale, ["target_modules"] = _modules, ["fan_in_fan_out"] = true };
        File.WriteAllText(Path.Combine(Folder, LoraConfig.FileName), config.ToJsonString());
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private void Add(SafetensorsTensor tensor, string module, string prefix, bool transposed, bool isEmbedding)
    {
        (int rows, int columns) = ((int)tensor.Shape[0], (int)tensor.Shape[1]);
        (int outputs, int inputs) = transposed || isEmbedding ? (columns, rows) : (rows, columns);
        float[] a = Numbers(Rank * inputs, module), b = Numbers(outputs * Rank, module + "B");
        float[] values = _merged[tensor.Name].Values;
        for (int i = 0; i < values.Length; i++)
        {
            (int output, int input) = transposed || isEmbedding ? (i % columns, i / columns) : (i / columns, i % columns);
            double sum = 0;
            for (int k = 0; k < Rank; k++)
            {
                sum += (double)b[(output * Rank) + k] * a[(k * inputs) + input];
            }

            values[i] = (float)(values[i] + (Scale * sum));
        }

        string stem = $"base_model.model.{prefix}{module}";
        _adapter[stem + (isEmbedding ? ".lora_embedding_A" : ".lora_A.weight")] = ([Rank, inputs], a);
        _adapter[stem + (isEmbedding ? ".lora_embedding_B" : ".lora_B.weight")] = ([outputs, Rank], b);
    }

    private static float[] Numbers(int count, string seed)
    {
        float start = seed.Sum(letter => letter);
        return [.. Enumerable.Range(0, count).Select(i => 0.1f * MathF.Sin(start + (i * 12.9898f)))];
    }

    private static void Save(string path, Dictionary<string, (long[] Shape, float[] Values)> tensors)
    {
        using SafetensorsWriter writer = SafetensorsWriter.Create(path, tensors.Select(tensor => (tensor.Key, ElementType.Float32, (IReadOnlyList<long>)tensor.Value.Shape)));
        foreach ((long[] _, float[] values) in tensors.Values)
        {
            writer.Write(MemoryMarshal.AsBytes(values.AsSpan()));
        }

        writer.Complete();
    }
}
