using ModelPack.Formats.Safetensors;
using ModelPack.Packing.Architectures;
using ModelPack.Packing.Quantizing;

namespace ModelPack.Packing.Sources;

/// <summary>A Hugging Face folder: config.json, safetensors, tokenizer.json or an older form of it, which is converted.</summary>
public sealed class HuggingFaceSource : ModelSource
{
    // Files that the packed folder carries unchanged, where the source has them; the runtime, GenAI and people read them.
    private static readonly string[] Companions =
    [
        "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "chat_template.jinja", "generation_config.json", "config.json",
    ];

    private readonly string _location;
    private readonly CompletedFolder? _completed;

    private HuggingFaceSource(string folder, CompletedFolder? completed, DecoderArchitecture architecture, SafetensorsCheckpoint checkpoint, IReadOnlyList<string> copied, IEnumerable<string> inputs)
        : base(completed?.Path ?? folder, Path.GetFileName(folder), architecture, copied, [.. inputs.Select(file => Path.Combine(folder, file)), .. checkpoint.Files])
    {
        _location = folder;
        _completed = completed;
        Checkpoint = checkpoint;
    }

    /// <inheritdoc/>
    public override string Kind => "huggingface";

    /// <inheritdoc/>
    public override string Location => _location;

    /// <summary>The weights.</summary>
    public SafetensorsCheckpoint Checkpoint { get; }

    /// <summary>Opens a folder.</summary>
    /// <exception cref="ModelPackException">MPK14xx: not a usable folder; MPK10xx and MPK12xx: its files; MPK41xx: an older form of a tokenizer that cannot be converted.</exception>
    public static new HuggingFaceSource Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (!Directory.Exists(folder))
        {
            throw NotAFolder(path);
        }

        string config = Require(folder, "config.json", SourceErrors.NoConfig, "point Include at the folder that holds config.json, model.safetensors and tokenizer.json");
        DecoderArchitecture.CheckConfiguration(config);
        if (!Directory.EnumerateFiles(folder, "*.safetensors").Any() && !File.Exists(Path.Combine(folder, "model.safetensors.index.json")))
        {
            string have = Directory.EnumerateFiles(folder, "*.bin").Select(Path.GetFileName).FirstOrDefault() is { } bin ? $" (found {bin}, which is not read)" : "";
            throw new ModelPackException(SourceErrors.NoWeights, $"{folder} holds no model.safetensors{have}; save the weights as safetensors.");
        }

        SafetensorsCheckpoint checkpoint = SafetensorsCheckpoint.Open(folder);
        CompletedFolder? completed = null;
        try
        {
            DecoderArchitecture architecture = DecoderArchitecture.Read(config, checkpoint.Tensors);
            (completed, string[] copied, string[] inputs) = CompletedFolder.OfModel(folder, Companions);
            return new HuggingFaceSource(folder, completed, architecture, checkpoint, copied, inputs);
        }
        catch
        {
            completed?.Dispose();
            checkpoint.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override string NameOf(string input) => Path.GetRelativePath(_location, input).Replace('\\', '/');

    internal override IWeightRows Rows(DecoderWeight weight) => new CheckpointRows(weight, Checkpoint);

    internal override (string File, long Offset) PlaceOf(DecoderWeight weight)
    {
        SafetensorsTensor tensor = Checkpoint.Tensors[weight.Tensor];
        return (tensor.File, tensor.ByteOffset);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        Checkpoint.Dispose();
        _completed?.Dispose();
    }

    private static string Require(string folder, string file, string code, string wayOut)
    {
        string path = Path.Combine(folder, file);
        return File.Exists(path) ? path : throw new ModelPackException(code, $"{folder} has no {file}; {wayOut}.");
    }

    private static ModelPackException NotAFolder(string path)
    {
        string extension = Path.GetExtension(path).ToLowerInvariant();
        if (!File.Exists(path))
        {
            return new ModelPackException(SourceErrors.Missing, $"{path} does not exist; check the path of the model.");
        }

        return new ModelPackException(SourceErrors.Unsupported, $"{path} is a file of a kind that is not packed ({extension}); point at a Hugging Face folder with config.json and safetensors, at an .onnx file or at a .gguf file.");
    }
}
