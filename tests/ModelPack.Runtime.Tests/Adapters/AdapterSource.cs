using ModelPack.Packing.Tests.Architectures;
using ModelPack.Tests;

namespace ModelPack.Runtime.Tests.Adapters;

/// <summary>The reference case with adapters, with a tokenizer and a chat template that only joins the messages.</summary>
internal sealed class AdapterSource : IDisposable
{
    private readonly TemporaryFolder _temporary = new();

    public AdapterSource()
    {
        string golden = SharedFolder.Require("goldens/models/lora-llama");
        Folder = _temporary.File("lora-llama");
        Directory.CreateDirectory(Folder);
        foreach (string file in new[] { "config.json", "model.safetensors" })
        {
            File.Copy(Path.Combine(golden, file), Path.Combine(Folder, file));
        }

        CharacterTokenizer.Write(Folder);
        File.WriteAllText(Path.Combine(Folder, "chat_template.jinja"), "{% for message in messages %}{{ message.content }}{% endfor %}");
        Adapters = [.. Names.Select(name => Path.Combine(golden, name))];
    }

    public static string[] Names { get; } = ["adapter", "adapter-partial", "adapter-rslora"];

    public string Folder { get; }

    /// <summary>Folders of the adapters, in the order of their names.</summary>
    public IReadOnlyList<string> Adapters { get; }

    /// <summary>Packs the base with all adapters beside it.</summary>
    public PackedSample Separate(params (string Name, string Value)[] settings) =>
        new(Folder, [("Adapter", string.Join(';', Adapters)), ("AdapterMode", "separate"), .. settings]);

    /// <summary>Packs the base with one adapter merged into it.</summary>
    public PackedSample Merged(int adapter, params (string Name, string Value)[] settings) => new(Folder, [("Adapter", Adapters[adapter]), .. settings]);

    public void Dispose() => _temporary.Dispose();
}
