using System.Text.Json;
using ModelPack.Formats.Gguf;
using ModelPack.Tests;

namespace ModelPack.Tool.Tests.Commands;

public sealed class InspectTests
{
    private static string TinyTales => Path.Combine(SharedFolder.Repository, "samples", "models", "tinytales");

    [Fact]
    public void A_hugging_face_folder_has_tensors_and_its_config()
    {
        ToolRun run = ToolRun.Start("inspect", TinyTales, "--json").RequireDone();

        Assert.Equal("", run.Messages);
        Assert.Equal("huggingface", run.Json.GetProperty("format").GetString());
        Assert.Equal(16, run.Json.GetProperty("bitsPerWeight").GetDouble());
        Assert.Equal("llama", run.Json.GetProperty("metadata").GetProperty("model_type").GetString());
        JsonElement embedding = run.Json.GetProperty("tensors").EnumerateArray().Single(tensor => tensor.GetProperty("name").GetString() == "model.embed_tokens.weight");
        Assert.Equal("float16", embedding.GetProperty("type").GetString());
        Assert.Equal([2048, 256], embedding.GetProperty("shape").EnumerateArray().Select(dimension => dimension.GetInt32()));
        Assert.Equal(2048 * 256 * 2, embedding.GetProperty("bytes").GetInt64());
    }

    [Fact]
    public void A_safetensors_file_is_shown_as_a_table()
    {
        ToolRun run = ToolRun.Start("inspect", Path.Combine(TinyTales, "model.safetensors")).RequireDone();

        Assert.Contains("format           safetensors", run.Output);
        Assert.Matches(@"\nmodel\.layers\.0\.mlp\.gate_proj\.weight +float16 +512 x 256 +262144\n", run.Output);
    }

    [SkippableFact]
    public void A_gguf_file_has_tensors_metadata_and_its_bits_per_weight()
    {
        string file = SharedFolder.Require("models/gguf-reference/stories260K-Q4_0.gguf");
        ToolRun run = ToolRun.Start("inspect", file, "--json").RequireDone();

        Assert.Equal("gguf", run.Json.GetProperty("format").GetString());
        Assert.Equal("llama", run.Json.GetProperty("metadata").GetProperty("general.architecture").GetString());
        Assert.Equal("512 entries", run.Json.GetProperty("metadata").GetProperty("tokenizer.ggml.tokens").GetString());
        JsonElement[] tensors = [.. run.Json.GetProperty("tensors").EnumerateArray()];
        JsonElement gate = tensors.Single(tensor => tensor.GetProperty("name").GetString() == "blk.0.ffn_gate.weight");
        Assert.Equal("q4_0", gate.GetProperty("type").GetString());
        Assert.Equal([172, 64], gate.GetProperty("shape").EnumerateArray().Select(dimension => dimension.GetInt32()));
        Assert.Equal(172 * 64 / 32 * 18, gate.GetProperty("bytes").GetInt64());

        // By hand: five layers with four attention matrices and two of the feed-forward net in 4.5 bits, its third in 16, the table in 8.5.
        double quantized = 5 * ((64 * 64 * 2) + (64 * 32 * 2) + (172 * 64 * 2));
        double halves = 5 * 172 * 64;
        double table = 512 * 64;
        Assert.Equal(
            ((quantized * 4.5) + (halves * 16) + (table * 8.5)) / (quantized + halves + table), run.Json.GetProperty("bitsPerWeight").GetDouble(), 1e-9);
        Assert.Matches(@"\nblk\.0\.ffn_gate\.weight +q4_0 +172 x 64 +6192\n", ToolRun.Start("inspect", file).RequireDone().Output);
    }

    [Fact]
    public void Shards_of_a_gguf_model_are_one_model_and_a_missing_one_is_an_error()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("modelpack-");
        try
        {
            string[] shards = [.. new[] { 1, 2 }.Select(number => Path.Combine(folder.FullName, $"m-0000{number}-of-00002.gguf"))];
            for (int i = 0; i < shards.Length; i++)
            {
                using GgufWriter writer = GgufWriter.Create(
                    shards[i],
                    [new("split.no", GgufValue.Of((ushort)i)), new("split.count", GgufValue.Of((ushort)2)), new("split.tensors.count", GgufValue.Of(2)), new("general.name", GgufValue.Of("m"))],
                    [new($"tensor {i}", GgufTensorType.Q8_0, [2, 32])]);
                writer.Write(new byte[68]);
                writer.Complete();
            }

            ToolRun run = ToolRun.Start("inspect", shards[1], "--json").RequireDone();
            Assert.Equal(shards, run.Json.GetProperty("files").EnumerateArray().Select(file => file.GetString()));
            Assert.Equal(["tensor 0", "tensor 1"], run.Json.GetProperty("tensors").EnumerateArray().Select(tensor => tensor.GetProperty("name").GetString()));
            Assert.Equal(["general.name"], run.Json.GetProperty("metadata").EnumerateObject().Select(member => member.Name));
            Assert.Equal(8.5, run.Json.GetProperty("bitsPerWeight").GetDouble());

            // Beside a manifest they are what was packed.
            string manifest = Path.Combine(folder.FullName, "modelpack.json");
            File.WriteAllText(manifest, """{ "name": "m" }""");
            run = ToolRun.Start("inspect", folder.FullName, "--json").RequireDone();
            Assert.Equal("packed", run.Json.GetProperty("format").GetString());
            Assert.Equal([manifest, .. shards], run.Json.GetProperty("files").EnumerateArray().Select(file => file.GetString()!));
            Assert.Equal(["name", "general.name"], run.Json.GetProperty("metadata").EnumerateObject().Select(member => member.Name));

            File.Delete(shards[0]);
            Assert.Contains(shards[0], ToolRun.Start("inspect", shards[1]).RequireError("MPK1524"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void A_path_with_spaces_and_other_scripts_is_one_path()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("modelpack größe 模型 ");
        try
        {
            string file = Path.Combine(folder.FullName, "mein modell.safetensors");
            File.Copy(Path.Combine(TinyTales, "model.safetensors"), file);

            Assert.Equal(file, ToolRun.Start("inspect", file, "--json").RequireDone().Json.GetProperty("files")[0].GetString());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void What_is_not_there_or_not_a_model_is_refused_by_name()
    {
        Assert.Contains("nowhere", ToolRun.Start("inspect", "nowhere").RequireError("MPK1450"));
        Assert.Contains("ModelPack.sln", ToolRun.Start("inspect", Path.Combine(SharedFolder.Repository, "ModelPack.sln"), "--json").RequireError("MPK1450"));
    }

    [Fact]
    public void A_truncated_file_is_one_error()
    {
        string file = Path.Combine(Path.GetTempPath(), $"modelpack-{Guid.NewGuid():n}.safetensors");
        try
        {
            File.WriteAllBytes(file, File.ReadAllBytes(Path.Combine(TinyTales, "model.safetensors"))[..5000]);

            ToolRun run = ToolRun.Start("inspect", file);

            Assert.Equal(1, run.ExitCode);
            Assert.Contains(file, Assert.Single(run.Errors));
            Assert.Matches("error MPK10[0-9]{2}: ", run.Messages);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
