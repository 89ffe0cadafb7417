using ModelPack.Formats.Gguf;
using ModelPack.LlamaCpp;

namespace ModelPack.Tests.Gguf;

public class GgufModelTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Shards_are_opened_from_any_of_them_as_one_model(int from)
    {
        using var folder = new TemporaryFolder();
        string[] paths = Split(folder, ["a", "b"], ["c"], ["d"]);
        using GgufModel model = GgufModel.Open(paths[from]);
        Assert.Equal(paths, model.Files);
        Assert.Equal(["a", "b", "c", "d"], model.Tensors.Select(tensor => tensor.Name));
        Assert.Equal(["general.name"], model.Metadata.Keys);
        Assert.Equal("shard 1", model.Metadata["general.name"].Content);
        Assert.Equal([0, 1, 2, 3], model.Tensors.Select(Read));
    }

    [Fact]
    public void Single_file_is_a_model_too_and_may_be_called_like_a_shard()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("x-00002-of-00003.gguf");
        Write(path, [new("general.name", GgufValue.Of("one"))], ["t"]);
        using GgufModel model = GgufModel.Open(path);
        Assert.Equal([path], model.Files);
        Assert.Equal(["general.name"], model.Metadata.Keys);
        Assert.Equal("t", model.Tensors.Single().Name);
    }

    [SkippableFact]
    public void Llama_cpp_loads_the_shards_of_a_model()
    {
        Skip.If(LlamaCppFolder.Find() is null, LlamaCppFolder.Missing);
        using GgufModel whole = GgufModel.Open(SharedFolder.Require("models/gguf-reference/stories260K-F16.gguf"));
        using var folder = new TemporaryFolder();
        GgufTensor[][] parts = [.. whole.Tensors.Chunk(20)];
        for (int i = 0; i < parts.Length; i++)
        {
            KeyValuePair<string, GgufValue>[] split = SplitKeys(i, parts.Length, whole.Tensors.Count);
            using GgufWriter writer = GgufWriter.Create(
                ShardPath(folder, i, parts.Length), i == 0 ? [.. whole.Metadata, .. split] : split, parts[i].Select(tensor => new GgufTensorInfo(tensor.Name, tensor.Type, tensor.Shape)));
            foreach (GgufTensor tensor in parts[i])
            {
                byte[] bytes = new byte[tensor.ByteLength];
                tensor.ReadBytes(0, bytes);
                writer.Write(bytes);
            }

            writer.Complete();
        }

        int[] prompt = [1, 403, 407, 261, 378];
        string first = ShardPath(folder, 0, parts.Length);
        Assert.Equal(LlamaProcess.Logits(whole.Files[0], [prompt])[0], LlamaProcess.Logits(first, [prompt])[0]);
        using GgufModel shards = GgufModel.Open(first);
        Assert.Equal(whole.Tensors.Select(tensor => tensor.Name), shards.Tensors.Select(tensor => tensor.Name));
        Assert.Equal(whole.Metadata.Keys, shards.Metadata.Keys);
    }

    [Fact]
    public void Missing_shard_is_named()
    {
        using var folder = new TemporaryFolder();
        string[] paths = Split(folder, ["a"], ["b"], ["c"]);
        File.Delete(paths[1]);
        AssertRefused("MPK1524", paths[2], paths[1]);
        AssertNoneIsOpen(folder);
    }

    [Fact]
    public void Shard_under_another_name_is_refused()
    {
        using var folder = new TemporaryFolder();
        string[] paths = Split(folder, ["a"], ["b"]);
        File.Move(paths[0], folder.File("model.gguf"));
        AssertRefused("MPK1525", folder.File("model.gguf"), "-00001-of-00002.gguf");
    }

    [Fact]
    public void Shards_that_do_not_belong_together_are_refused()
    {
        using var folder = new TemporaryFolder();
        string[] paths = Split(folder, ["a"], ["b"]);

        // A copy of the first, one of another model, one that is no shard, one whose keys have other types.
        File.Copy(paths[0], paths[1], overwrite: true);
        AssertRefused("MPK1525", paths[0], paths[1]);
        Write(paths[1], SplitKeys(1, 2, 3), ["b"]);
        AssertRefused("MPK1525", paths[0], paths[1]);
        Write(paths[1], [], ["b"]);
        AssertRefused("MPK1525", paths[0], paths[1]);
        Write(paths[1], [new("split.no", GgufValue.Of(1u)), new("split.count", GgufValue.Of((ushort)2)), new("split.tensors.count", GgufValue.Of(2))], ["b"]);
        AssertRefused("MPK1525", paths[0], paths[1]);
        Write(paths[1], [new("split.no", GgufValue.Of((ushort)2)), new("split.count", GgufValue.Of((ushort)2)), new("split.tensors.count", GgufValue.Of(2))], ["b"]);
        AssertRefused("MPK1525", paths[1], paths[1]);
        Write(paths[1], SplitKeys(1, 2, 2), ["a"]);
        AssertRefused("MPK1526", paths[0], "'a'");
        Write(paths[1], SplitKeys(1, 2, 2), ["b", "c"]);
        AssertRefused("MPK1527", paths[0], "have 3");
        File.WriteAllText(paths[0], "no GGUF file");
        AssertRefused("MPK1502", paths[1], paths[0]);
        AssertNoneIsOpen(folder);
    }

    private static void AssertRefused(string code, string path, string named)
    {
        var error = Assert.Throws<ModelPackException>(() => GgufModel.Open(path));
        Assert.Equal(code, error.Code);
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    // A file that stays open cannot be opened for writing here.
    private static void AssertNoneIsOpen(TemporaryFolder folder)
    {
        foreach (string file in Directory.GetFiles(folder.FullPath))
        {
            using FileStream stream = new(file, FileMode.Open, FileAccess.Write, FileShare.None);
        }
    }

    private static string[] Split(TemporaryFolder folder, params string[][] tensors)
    {
        int total = tensors.Sum(names => names.Length);
        int first = 0;
        return [.. tensors.Select((names, i) =>
        {
            string path = ShardPath(folder, i, tensors.Length);
            Write(path, [new("general.name", GgufValue.Of($"shard {i + 1}")), .. SplitKeys(i, tensors.Length, total)], names, first);
            first += names.Length;
            return path;
        })];
    }

    private static string ShardPath(TemporaryFolder folder, int index, int count) => folder.File($"m-{index + 1:d5}-of-{count:d5}.gguf");

    private static KeyValuePair<string, GgufValue>[] SplitKeys(int index, int count, int tensors) =>
        [new("split.no", GgufValue.Of((ushort)index)), new("split.count", GgufValue.Of((ushort)count)), new("split.tensors.count", GgufValue.Of(tensors))];

    private static void Write(string path, IEnumerable<KeyValuePair<string, GgufValue>> metadata, string[] tensors, int first = 0)
    {
        using GgufWriter writer = GgufWriter.Create(path, metadata, tensors.Select(name => new GgufTensorInfo(name, GgufTensorType.F32, [1])));
        for (int i = 0; i < tensors.Length; i++)
        {
            writer.Write(BitConverter.GetBytes((float)(first + i)));
        }

        writer.Complete();
    }

    private static float Read(GgufTensor tensor)
    {
        var value = new float[1];
        tensor.ReadFloat32(0, value);
        return value[0];
    }
}
