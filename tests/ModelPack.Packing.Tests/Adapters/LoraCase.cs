using ModelPack.Packing.Adapters;
using ModelPack.Packing.Evaluation;
using ModelPack.Packing.Recipes;
using ModelPack.Packing.Sources;
using ModelPack.Packing.Tests.Architectures;

namespace ModelPack.Packing.Tests.Adapters;

/// <summary>The reference case with adapters, as a user would have it: a base with a tokenizer, and folders that PEFT saved.</summary>
internal sealed class LoraCase : IDisposable
{
    private readonly CaseFolder _folder;

    public LoraCase()
    {
        Golden = GoldenCase.Open("lora-llama");
        _folder = new CaseFolder(Golden);
    }

    /// <summary>Names of its adapters.</summary>
    public static TheoryData<string> Adapters => ["adapter", "adapter-rslora", "adapter-partial"];

    public GoldenCase Golden { get; }

    /// <summary>Folder of the base.</summary>
    public string Base => _folder.FullPath;

    /// <summary>Token ids of the prompt.</summary>
    public int[] Prompt => [.. Golden.Ids("input_ids").Select(id => (int)id)];

    /// <summary>Folder of an adapter.</summary>
    public string PathOf(string adapter) => Path.Combine(Golden.Folder, adapter);

    /// <summary>Settings with adapters, names and values in turn behind them.</summary>
    public Recipe Recipe(IEnumerable<string> adapters, params string[] settings)
    {
        var all = new Dictionary<string, string> { ["Adapter"] = string.Join(';', adapters.Select(PathOf)) };
        for (int i = 0; i < settings.Length; i += 2)
        {
            all[settings[i]] = settings[i + 1];
        }

        return Packing.Recipes.Recipe.Parse(all);
    }

    /// <summary>Opens the base with adapters.</summary>
    public AdaptedModel Open(IEnumerable<string> adapters, params string[] settings) => AdaptedModel.Open(Base, Recipe(adapters, settings));

    /// <summary>Logits of a source in float32.</summary>
    public static float[] Logits(ModelSource source, int[] ids)
    {
        using SessionLogitSource session = SessionLogitSource.OpenSource(source, threads: 1);
        var logits = new float[ids.Length * source.Architecture.VocabularySize];
        session.Run(ids, logits);
        return logits;
    }

    public void Dispose()
    {
        _folder.Dispose();
        Golden.Dispose();
    }
}
