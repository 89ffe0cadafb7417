using ModelPack.Formats.Safetensors;

namespace ModelPack.Packing.Adapters;

/// <summary>A folder that PEFT saved a LoRA adapter to: adapter_config.json and adapter_model.safetensors. Owns the open file; dispose it. Thread-safe.</summary>
internal sealed class LoraFolder : IDisposable
{
    public const string WeightsName = "adapter_model.safetensors";

    // PEFT wraps the base twice: its own model, and the tuner in it.
    private const string Wrapper = "base_model.model.";
    private static readonly (string A, string B, bool IsEmbedding)[] Endings = [(".lora_A.weight", ".lora_B.weight", false), (".lora_embedding_A", ".lora_embedding_B", true)];
    private static readonly string[] InnerNames = [".base_layer", ".modules_to_save"];

    private readonly SafetensorsCheckpoint _checkpoint;

    private LoraFolder(string folder, LoraConfig config, SafetensorsCheckpoint checkpoint)
    {
        Folder = folder;
        Name = Path.GetFileName(folder);
        Config = config;
        _checkpoint = checkpoint;
        Modules = ReadModules();
        HashSet<string> factors = [.. Modules.SelectMany(module => new[] { module.A.Name, module.B.Name })];
        Replaced = checkpoint.Tensors.Values.Where(tensor => !factors.Contains(tensor.Name)).ToDictionary(BaseName, StringComparer.Ordinal);
    }

    /// <summary>Full path.</summary>
    public string Folder { get; }

    /// <summary>Name of the folder, by which the adapter goes.</summary>
    public string Name { get; }

    /// <summary>Ranks, scales, modules.</summary>
    public LoraConfig Config { get; }

    /// <summary>The low-rank sums, by name.</summary>
    public IReadOnlyList<LoraModule> Modules { get; }

    /// <summary>Tensors that take the place of the base's, by the base's names: trained biases and modules_to_save.</summary>
    public IReadOnlyDictionary<string, SafetensorsTensor> Replaced { get; }

    /// <summary>The file's tensors.</summary>
    public SafetensorsCheckpoint Checkpoint => _checkpoint;

    /// <summary>Full paths of the files that decide what the adapter does.</summary>
    public IReadOnlyList<string> Files => [Path.Combine(Folder, LoraConfig.FileName), Path.Combine(Folder, WeightsName)];

    /// <summary>Opens a folder.</summary>
    /// <exception cref="ModelPackException">MPK1250: it holds no adapter; MPK1251: no plain LoRA; MPK1254: half a product; MPK10xx, MPK12xx: its files.</exception>
    public static LoraFolder Open(string path)
    {
        string folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        foreach (string file in (string[])[LoraConfig.FileName, WeightsName])
        {
            if (!File.Exists(Path.Combine(folder, file)))
            {
                string have = Directory.Exists(folder) && Directory.EnumerateFiles(folder, "adapter_model.bin").Any() ? " (found adapter_model.bin, which is not read)" : string.Empty;
                throw new ModelPackException(AdapterErrors.NotAnAdapter, $"{folder} holds no {file}{have}; Adapter must name the folder that PEFT's save_pretrained wrote, with its weights as safetensors.");
            }
        }

        LoraConfig config = LoraConfig.Read(Path.Combine(folder, LoraConfig.FileName));
        SafetensorsCheckpoint checkpoint = SafetensorsCheckpoint.Open(Path.Combine(folder, WeightsName));
        try
        {
            return new LoraFolder(folder, config, checkpoint);
        }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _checkpoint.Dispose();

    private List<LoraModule> ReadModules()
    {
        var modules = new List<LoraModule>();
        foreach ((string endA, string endB, bool isEmbedding) in Endings)
        {
            foreach (SafetensorsTensor tensor in _checkpoint.Tensors.Values.Where(tensor => tensor.Name.EndsWith(endA, StringComparison.Ordinal) || tensor.Name.EndsWith(endB, StringComparison.Ordinal)).OrderBy(tensor => tensor.Name, StringComparer.Ordinal))
            {
                bool isA = tensor.Name.EndsWith(endA, StringComparison.Ordinal);
                string stem = tensor.Name[..^(isA ? endA : endB).Length];
                string otherName = stem + (isA ? endB : endA);
                if (!_checkpoint.Tensors.TryGetValue(otherName, out SafetensorsTensor? other))
                {
                    throw new ModelPackException(AdapterErrors.Incomplete, $"{Folder}: {tensor.Name} is there and {otherName} is not; save the adapter again.");
                }

                if (isA)
                {
                    modules.Add(new LoraModule(Unwrapped(stem), tensor, other, isEmbedding));
                }
            }
        }

        return modules;
    }

    private string BaseName(SafetensorsTensor tensor)
    {
        string name = tensor.Name;
        foreach (string inner in InnerNames)
        {
            int dot = name.LastIndexOf('.');
            string module = dot < 0 ? name : name[..dot];
            if (module.EndsWith(inner, StringComparison.Ordinal))
            {
                name = module[..^inner.Length] + name[dot..];
            }
        }

        return Unwrapped(name);
    }

    private string Unwrapped(string name) => name.StartsWith(Wrapper, StringComparison.Ordinal)
        ? name[Wrapper.Length..]
        : throw new ModelPackException(AdapterErrors.NoPlace, $"{Folder}: {name} does not begin with {Wrapper}, as the tensors of PEFT's adapters do; save the adapter again with PEFT.");
}
