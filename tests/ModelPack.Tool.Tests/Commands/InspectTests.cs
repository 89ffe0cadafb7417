using System.Text.Json;
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
