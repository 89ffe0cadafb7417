using ModelPack.Formats.Safetensors;
using ModelPack.Packing.Architectures;
using ModelPack.Packing.Tests.Architectures;
using ModelPack.Tests;

namespace ModelPack.Runtime.Tests;

/// <summary>The model of the samples, packed without quantization and opened: one for all tests of a class.</summary>
public sealed class TinyTales : IDisposable
{
    private static readonly string[] Copied = ["tokenizer.json", "tokenizer_config.json", "generation_config.json", "chat_template.jinja"];
    private readonly DecoderFolder _folder;

    public TinyTales()
    {
        string source = Path.Combine(SharedFolder.Repository, "samples", "models", "tinytales");
        using var checkpoint = SafetensorsCheckpoint.Open(source);
        var architecture = DecoderArchitecture.Read(Path.Combine(source, "config.json"), checkpoint.Tensors);
        _folder = DecoderFolder.Write(checkpoint, architecture, new DecoderGraphOptions { AccuracyLevel = 0 });
        File.WriteAllText(Path.Combine(_folder.FullPath, "genai_config.json"), GenAiConfig.Write(architecture));
        foreach (string name in Copied.Where(name => File.Exists(Path.Combine(source, name))))
        {
            File.Copy(Path.Combine(source, name), Path.Combine(_folder.FullPath, name));
        }

        Model = PackedModel.Open(_folder.FullPath, SmallModel.OneThread);
    }

    public PackedModel Model { get; }

    public string Folder => _folder.FullPath;

    public void Dispose()
    {
        Model.Dispose();
        _folder.Dispose();
    }
}
