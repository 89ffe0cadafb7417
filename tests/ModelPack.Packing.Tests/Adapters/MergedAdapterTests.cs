using ModelPack.Packing.Adapters;
using ModelPack.Packing.Manifests;
using ModelPack.Packing.Tests.Architectures;
using ModelPack.Packing.Tests.Road;

namespace ModelPack.Packing.Tests.Adapters;

/// <summary>Adapters that are merged into their base before it is quantized.</summary>
public class MergedAdapterTests
{
    public static TheoryData<string> Adapters => LoraCase.Adapters;

    [SkippableTheory]
    [MemberData(nameof(Adapters))]
    public void Logits_of_a_merged_adapter_equal_the_reference(string adapter)
    {
        using var lora = new LoraCase();
        using AdaptedModel model = lora.Open([adapter]);

        Close.Assert(lora.Golden.Floats($"{adapter}.merged_logits"), LoraCase.Logits(model.Source, lora.Prompt), lora.Golden.Tolerance);
    }

    [SkippableFact]
    public async Task A_packed_model_tells_its_adapter_and_depends_on_its_bytes()
    {
        using var lora = new LoraCase();
        using var store = new TemporaryStore();
        string copy = Directory.CreateTempSubdirectory("modelpack-").FullName;
        Dictionary<string, string> settings = new() { ["Adapter"] = Path.Combine(copy, "tuned"), ["Bits"] = "8" };
        CopyAdapter(lora.PathOf("adapter-partial"), settings["Adapter"]);
        var request = new PackRequest(lora.Base, Packing.Recipes.Recipe.Parse(settings), store.Store);
        PackPlan before = Packer.Plan(request);
        PackResult packed = await Packer.PackAsync(request);
        ManifestAdapter adapter = Assert.Single(packed.Manifest.Adapters!);
        CopyAdapter(lora.PathOf("adapter-rslora"), settings["Adapter"]);
        PackPlan changed = Packer.Plan(request);
        Directory.Delete(copy, recursive: true);

        Assert.Equal("lora-llama-tuned", packed.Name);
        Assert.Equal(("tuned", "merge"), (adapter.Name, adapter.Mode));
        Assert.Equal([2, 4], adapter.Ranks);
        Assert.Equal(["adapter:tuned/adapter_config.json", "adapter:tuned/adapter_model.safetensors"], adapter.Files.Select(file => file.Name));
        Assert.Contains(adapter.Files[1].Sha256, File.ReadAllText(Path.Combine(packed.Folder, "report.html")), StringComparison.Ordinal);
        Assert.Equal(before.Key, packed.Key);
        Assert.NotEqual(before.Key, changed.Key);
        Assert.Contains(Path.Combine(settings["Adapter"], "adapter_model.safetensors"), before.Inputs);
    }

    [SkippableFact]
    public async Task Matrices_that_an_adapter_leaves_alone_come_from_the_store()
    {
        using var lora = new LoraCase();
        using var store = new TemporaryStore();
        await Packer.PackAsync(new PackRequest(lora.Base, Packing.Recipes.Recipe.Default, store.Store));
        int plain = TensorEntries(store);
        PackResult packed = await Packer.PackAsync(new PackRequest(lora.Base, lora.Recipe(["adapter-partial"]), store.Store));

        // Two layers with queries and values of their own.
        Assert.Equal(plain + 4, TensorEntries(store));
        Assert.True(packed.Manifest.Verification.LogitsRelativeError < 0.3);
    }

    [SkippableTheory]
    [InlineData("gptq")]
    [InlineData("awq+gptq")]
    public async Task Calibrated_methods_see_the_merged_weights(string method)
    {
        using var lora = new LoraCase();
        using var store = new TemporaryStore();
        string[] settings = ["Method", method, "CalibrationSamples", "4", "CalibrationLength", "32", "Bits", "8"];
        PackResult packed = await Packer.PackAsync(new PackRequest(lora.Base, lora.Recipe(["adapter"], settings), store.Store));
        PackResult other = await Packer.PackAsync(new PackRequest(lora.Base, lora.Recipe(["adapter-rslora"], settings), store.Store));

        Assert.True(packed.Manifest.Verification.LogitsRelativeError < 0.05, $"{packed.Manifest.Verification.LogitsRelativeError}");
        Assert.True(other.Manifest.Verification.LogitsRelativeError < 0.05, $"{other.Manifest.Verification.LogitsRelativeError}");
    }

    private static int TensorEntries(TemporaryStore store) => store.Store.Entries().Count(entry => entry.Kind == Store.StoreEntryKind.Tensor);

    private static void CopyAdapter(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (string file in Directory.EnumerateFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)), overwrite: true);
        }
    }
}
