using System.Security.Cryptography;
using ModelPack.Packing.Manifests;
using ModelPack.Packing.Recipes;
using ModelPack.Tests;

namespace ModelPack.Packing.Tests.Road;

public sealed class PackerTests
{
    private static readonly string TinyTales = Path.Combine(SharedFolder.Repository, "samples", "models", "tinytales");

    [Fact]
    public async Task TinyTales_becomes_a_verified_folder_of_less_than_half_the_size()
    {
        using var store = new TemporaryStore();

        PackResult result = await Packer.PackAsync(new PackRequest(TinyTales, Recipe.Default, store.Store));

        Assert.False(result.FromStore);
        Assert.Equal("tinytales", result.Name);
        Assert.Equal(29, result.Manifest.Verification.Matrices);
        Assert.True(result.Manifest.Verification.LargestKernelError is > 0 and < 0.05);
        Assert.True(result.Manifest.Verification.TopAgreement > 0.7);
        Assert.True(result.Manifest.Size.OutputBytes < result.Manifest.Size.SourceBytes / 2);
        foreach (ManifestFile file in result.Manifest.Files)
        {
            string path = Path.Combine(result.Folder, file.Name);
            Assert.Equal(file.Bytes, new FileInfo(path).Length);
            Assert.Equal(file.Sha256, Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))));
        }
    }

    [Fact]
    public async Task The_plan_says_what_packing_then_does()
    {
        using var store = new TemporaryStore();
        using var source = new TinyCheckpoint();
        var request = new PackRequest(source.Folder, Recipe.Default, store.Store);

        PackPlan before = Packer.Plan(request);
        PackResult result = await Packer.PackAsync(request);
        PackPlan after = Packer.Plan(request);

        Assert.False(before.Cached);
        Assert.True(after.Cached);
        Assert.Equal(before.Key, result.Key);
        Assert.Equal(before.Folder, result.Folder);
        Assert.Equal(before.Files.Order(), Directory.EnumerateFiles(result.Folder).Select(Path.GetFileName).Order());
        Assert.Equal(before.Weights.Select(weight => (weight.Name, weight.Bits, weight.Bytes)), result.Manifest.Weights.Select(weight => (weight.Name, weight.Bits, weight.Bytes)));
        long written = Directory.EnumerateFiles(result.Folder).Sum(file => new FileInfo(file).Length);
        Assert.InRange(before.OutputBytes, written * 9 / 10, written * 12 / 10);
    }

    [Fact]
    public async Task One_thread_and_two_write_the_same_bytes()
    {
        using var first = new TemporaryStore();
        using var second = new TemporaryStore();

        PackResult one = await Packer.PackAsync(new PackRequest(TinyTales, Recipe.Default, first.Store, Threads: 1));
        PackResult two = await Packer.PackAsync(new PackRequest(TinyTales, Recipe.Default, second.Store, Threads: 2));

        Assert.Equal(Hashes(one.Folder), Hashes(two.Folder));
    }

    [Fact]
    public async Task A_second_request_finds_the_model_in_the_store()
    {
        using var store = new TemporaryStore();
        using var source = new TinyCheckpoint();
        var request = new PackRequest(source.Folder, Recipe.Default, store.Store);

        PackResult first = await Packer.PackAsync(request);
        PackResult second = await Packer.PackAsync(request);

        Assert.False(first.FromStore);
        Assert.True(second.FromStore);
        Assert.Equal(first.ManifestJson, second.ManifestJson);
    }

    [Fact]
    public async Task A_changed_override_requantizes_one_matrix_and_takes_the_others_from_the_store()
    {
        using var store = new TemporaryStore();
        using var source = new TinyCheckpoint();
        Recipe changed = Recipe.Parse(new Dictionary<string, string> { ["Override"] = "*.0.mlp.down_proj.weight=8" });
        await Packer.PackAsync(new PackRequest(source.Folder, Recipe.Default, store.Store));
        int before = TensorEntries(store);

        await Packer.PackAsync(new PackRequest(source.Folder, changed, store.Store));

        Assert.True(before > 10);
        Assert.Equal(before + 1, TensorEntries(store));
    }

    [Fact]
    public async Task Bits_16_keeps_every_weight_and_every_logit()
    {
        using var store = new TemporaryStore();
        using var source = new TinyCheckpoint();
        Recipe floats = Recipe.Parse(new Dictionary<string, string> { ["Bits"] = "16", ["HeadBits"] = "16", ["EmbeddingBits"] = "16" });

        PackResult result = await Packer.PackAsync(new PackRequest(source.Folder, floats, store.Store));

        Assert.Equal(0, result.Manifest.Verification.Matrices);
        Assert.True(result.Manifest.Verification.LogitsRelativeError < 1e-5);
        Assert.Equal(1, result.Manifest.Verification.TopAgreement);
    }

    [Theory]
    [InlineData("Bits=8")]
    [InlineData("Bits=2;GroupSize=64")]
    [InlineData("Bits=4;GroupSize=16;Symmetric=true")]
    [InlineData("Bits=4;GroupSize=256")]
    [InlineData("Bits=4;Target=cuda")]
    [InlineData("Bits=4;Override=*.v_proj.*=8,16;HeadBits=4")]
    public async Task Every_scheme_passes_its_own_verification(string settings)
    {
        using var store = new TemporaryStore();
        using var source = new TinyCheckpoint();
        Dictionary<string, string> parsed = settings.Split(';').Select(setting => setting.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);

        PackResult result = await Packer.PackAsync(new PackRequest(source.Folder, Recipe.Parse(parsed), store.Store));

        Assert.Equal(15, result.Manifest.Verification.Matrices);
    }

    [Fact]
    public async Task The_output_folder_is_replaced_whole_and_a_foreign_folder_is_left_alone()
    {
        using var store = new TemporaryStore();
        using var source = new TinyCheckpoint();
        string output = Path.Combine(Path.GetDirectoryName(source.Folder)!, "out put ü");
        string foreign = Path.Combine(Path.GetDirectoryName(source.Folder)!, "foreign");
        Directory.CreateDirectory(foreign);
        File.WriteAllText(Path.Combine(foreign, "letter.txt"), "keep me");

        await Packer.PackAsync(new PackRequest(source.Folder, Recipe.Default, store.Store, OutputFolder: output));
        File.WriteAllText(Path.Combine(output, "model.onnx"), "edited by the user");
        PackResult again = await Packer.PackAsync(new PackRequest(source.Folder, Recipe.Default, store.Store, OutputFolder: output));
        ModelPackException refused = await Assert.ThrowsAsync<ModelPackException>(
            () => Packer.PackAsync(new PackRequest(source.Folder, Recipe.Default, store.Store, OutputFolder: foreign)));

        Assert.Equal(output, again.Folder);
        Assert.True(new FileInfo(Path.Combine(output, "model.onnx")).Length > 1000);
        Assert.Equal("MPK1412", refused.Code);
        Assert.Equal("keep me", File.ReadAllText(Path.Combine(foreign, "letter.txt")));
    }

    [Fact]
    public async Task A_cancelled_run_publishes_nothing_and_the_next_one_succeeds()
    {
        using var store = new TemporaryStore();
        using var source = new TinyCheckpoint();
        using var cancellation = new CancellationTokenSource();
        var cancelInTheMiddle = new CallOnReport(report =>
        {
            if (report.Stage == "quantize" && report.DoneBytes > report.TotalBytes / 2)
            {
                cancellation.Cancel();
            }
        });
        var request = new PackRequest(source.Folder, Recipe.Default, store.Store);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Packer.PackAsync(request, cancelInTheMiddle, cancellation.Token));

        Assert.False(Packer.Plan(request).Cached);
        Assert.False((await Packer.PackAsync(request)).FromStore);
    }

    private static int TensorEntries(TemporaryStore store) => store.Store.Entries().Count(entry => entry.Kind == Store.StoreEntryKind.Tensor);

    private static SortedDictionary<string, string> Hashes(string folder) => new(
        Directory.EnumerateFiles(folder).ToDictionary(file => Path.GetFileName(file), file => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)))));

    private sealed class CallOnReport(Action<PackProgress> action) : IProgress<PackProgress>
    {
        public void Report(PackProgress value) => action(value);
    }
}
