using System.Text.Json;

namespace ModelPack.Tool.Tests.Commands;

[Collection(PackedCollection.Name)]
public sealed class CacheTests(PackedTinyTales tales)
{
    [Fact]
    public void List_names_the_model_with_its_key_and_bytes()
    {
        JsonElement cache = tales.Run("cache", "list", "--json").RequireDone().Json;

        string? key = tales.Quantized.Json.GetProperty("key").GetString();
        JsonElement entry = cache.GetProperty("entries").EnumerateArray().Single(entry => entry.GetProperty("key").GetString() == key);
        Assert.Equal("tinytales", entry.GetProperty("name").GetString());
        Assert.True(entry.GetProperty("bytes").GetInt64() > new FileInfo(Path.Combine(tales.Packed, "model.onnx.data")).Length);
        Assert.InRange(entry.GetProperty("lastUsed").GetDateTime(), DateTime.UtcNow.AddHours(-1), DateTime.UtcNow);
        Assert.Matches($"model +tinytales +{key}", tales.Run("cache", "list").RequireDone().Output);
    }

    [Fact]
    public void Verify_finds_a_changed_byte_drops_the_entry_and_fails()
    {
        string store = Path.Combine(tales.Folder, "copy of the store");
        Copy(tales.Store, store);
        ToolRun.Start("cache", "verify", "--cache-directory", store).RequireDone();
        string data = Directory.EnumerateFiles(store, "model.onnx.data", SearchOption.AllDirectories).First();
        new FileInfo(data).IsReadOnly = false;
        using (FileStream file = File.OpenWrite(data))
        {
            file.Position = file.Length / 2;
            file.WriteByte(0xA5);
            file.WriteByte(0x5A);
        }

        ToolRun verify = ToolRun.Start("cache", "verify", "--cache-directory", store);

        Assert.Equal(1, verify.ExitCode);
        Assert.Contains("error MPK3106: 1 of ", Assert.Single(verify.Errors));
        Assert.Contains("warning MPK3005: ", verify.Messages);
        ToolRun.Start("cache", "verify", "--cache-directory", store).RequireDone();
    }

    [Fact]
    public void Prune_keeps_to_the_size_and_clear_leaves_nothing()
    {
        string store = Path.Combine(tales.Folder, "another copy of the store");
        Copy(tales.Store, store);

        JsonElement pruned = ToolRun.Start("cache", "prune", "--max-size", "2.5MB", "--cache-directory", store, "--json").RequireDone().Json;
        JsonElement cleared = ToolRun.Start("cache", "clear", "--cache-directory", store, "--json").RequireDone().Json;

        long kept = pruned.GetProperty("entries").EnumerateArray().Sum(entry => entry.GetProperty("bytes").GetInt64());
        Assert.InRange(kept, 1, 2_500_000);
        Assert.True(pruned.GetProperty("freedBytes").GetInt64() > 0);
        Assert.Empty(cleared.GetProperty("entries").EnumerateArray());
        Assert.True(cleared.GetProperty("removed").GetInt32() > 0);
    }

    [Fact]
    public void An_empty_store_is_no_error()
    {
        string store = Path.Combine(tales.Folder, "no store yet");

        Assert.Contains("nothing", ToolRun.Start("cache", "list", "--cache-directory", store).RequireDone().Output);
    }

    private static void Copy(string from, string to)
    {
        foreach (string file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
