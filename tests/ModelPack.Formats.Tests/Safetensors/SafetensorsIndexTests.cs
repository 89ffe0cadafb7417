using ModelPack.Formats.Safetensors;
using static ModelPack.Tests.Safetensors.SafetensorsBytes;

namespace ModelPack.Tests.Safetensors;

public class SafetensorsIndexTests
{
    private const string Two = """{"metadata":{"total_size":8},"weight_map":{"a":"one.safetensors","b":"two.safetensors"}}""";

    [Fact]
    public void Shards_are_read_as_one_checkpoint()
    {
        using var folder = Folder(Two, ("one", "a"), ("two", "b"));
        using SafetensorsCheckpoint checkpoint = SafetensorsCheckpoint.Open(folder.FullPath);
        Assert.Equal(["a", "b"], checkpoint.Tensors.Keys);
        Assert.Equal(folder.File("two.safetensors"), checkpoint.Tensors["b"].File);
        Assert.Equal(["model.safetensors.index.json", "one.safetensors", "two.safetensors"], checkpoint.Files.Select(Path.GetFileName));
        float[] values = new float[4];
        checkpoint.Tensors["b"].ReadFloat32(0, values);
        Assert.Equal([1f, 2f, 3f, 4f], values);
    }

    [Fact]
    public void Shards_may_be_links_as_download_caches_make_them()
    {
        using var folder = Folder(Two, ("one", "a"), ("blobs", "b"));
        System.IO.File.CreateSymbolicLink(folder.File("two.safetensors"), "blobs.safetensors");
        using SafetensorsCheckpoint checkpoint = SafetensorsCheckpoint.Open(folder.FullPath);
        Assert.Equal(4, checkpoint.Tensors["b"].ByteLength);
    }

    [Theory]
    [InlineData("", "MPK1023")]
    [InlineData("{", "MPK1023")]
    [InlineData("{} x", "MPK1023")]
    [InlineData("[]", "MPK1024")]
    [InlineData("{}", "MPK1024")]
    [InlineData("""{"weight_map":[]}""", "MPK1024")]
    [InlineData("""{"weight_map":{"a":1}}""", "MPK1024")]
    [InlineData("""{"weight_map":{},"weight_map":{}}""", "MPK1024")]
    [InlineData("""{"weight_map":{"a":"one.safetensors","a":"one.safetensors"}}""", "MPK1025")]
    [InlineData("""{"weight_map":{"a":"../one.safetensors"}}""", "MPK1026")]
    [InlineData("""{"weight_map":{"a":"/etc/passwd"}}""", "MPK1026")]
    [InlineData("""{"weight_map":{"a":"sub\\one.safetensors"}}""", "MPK1026")]
    [InlineData("""{"weight_map":{"a":"c:one.safetensors"}}""", "MPK1026")]
    [InlineData("""{"weight_map":{"a":".."}}""", "MPK1026")]
    [InlineData("""{"weight_map":{"a":""}}""", "MPK1026")]
    [InlineData("""{"weight_map":{"a":"three.safetensors"}}""", "MPK1027")]
    [InlineData("""{"weight_map":{"a":"two.safetensors","b":"two.safetensors"}}""", "MPK1028")]
    [InlineData("""{"weight_map":{"a":"one.safetensors","b":"one.safetensors","c":"two.safetensors"}}""", "MPK1028")]
    public void Malformed_index_is_refused(string index, string code)
    {
        using var folder = Folder(index, ("one", "a"), ("two", "b"));
        var error = Assert.Throws<ModelPackException>(() => SafetensorsCheckpoint.Open(folder.FullPath));
        Assert.True(error.Code == code, $"{error.Code}: {error.Message}");
        Assert.StartsWith(folder.FullPath, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tensor_in_two_shards_is_refused()
    {
        using var folder = Folder(Two, ("one", "a"), ("two", "a"));
        var error = Assert.Throws<ModelPackException>(() => SafetensorsCheckpoint.Open(folder.FullPath));
        Assert.Equal("MPK1029", error.Code);
        Assert.Contains("'a'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_shard_is_named()
    {
        using var folder = Folder(Two, ("one", "a"));
        var error = Assert.Throws<ModelPackException>(() => SafetensorsCheckpoint.Open(folder.FullPath));
        Assert.Equal("MPK1027", error.Code);
        Assert.Contains("two.safetensors", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Shard_that_is_a_folder_or_a_dead_or_circular_link_is_refused()
    {
        using var folder = Folder(Two, ("one", "a"));
        Directory.CreateDirectory(folder.File("two.safetensors"));
        Assert.Equal("MPK1003", Assert.Throws<ModelPackException>(() => SafetensorsCheckpoint.Open(folder.FullPath)).Code);
        Directory.Delete(folder.File("two.safetensors"));
        System.IO.File.CreateSymbolicLink(folder.File("two.safetensors"), ".");
        Assert.Equal("MPK1003", Assert.Throws<ModelPackException>(() => SafetensorsCheckpoint.Open(folder.FullPath)).Code);
        System.IO.File.Delete(folder.File("two.safetensors"));
        System.IO.File.CreateSymbolicLink(folder.File("two.safetensors"), "nowhere");
        Assert.Equal("MPK1003", Assert.Throws<ModelPackException>(() => SafetensorsCheckpoint.Open(folder.FullPath)).Code);
        System.IO.File.Delete(folder.File("two.safetensors"));
        System.IO.File.CreateSymbolicLink(folder.File("two.safetensors"), "two.safetensors");
        Assert.Equal("MPK1003", Assert.Throws<ModelPackException>(() => SafetensorsCheckpoint.Open(folder.FullPath)).Code);
    }

    private static TemporaryFolder Folder(string index, params (string File, string Tensor)[] shards)
    {
        var folder = new TemporaryFolder();
        System.IO.File.WriteAllText(folder.File("model.safetensors.index.json"), index);
        foreach ((string file, string tensor) in shards)
        {
            System.IO.File.WriteAllBytes(folder.File(file + ".safetensors"), File($"{{{Entry(tensor)}}}", 4));
        }

        return folder;
    }
}
