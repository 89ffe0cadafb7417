using ModelPack.Packing.Recipes;

namespace ModelPack.Packing.Tests.Recipes;

public sealed class RecipeFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("modelpack recipes ü");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Settings_beside_the_file_win_over_it()
    {
        Write("a.json", """
            {
              // comments are welcome
              "bits": 8, "groupSize": 64, "symmetric": true,
              "override": ["lm_head.weight=4", "*.q_proj.weight=none"],
            }
            """);

        Recipe recipe = Parse(("Recipe", "a.json"), ("Bits", "2"));

        Assert.Equal(2, recipe.Bits);
        Assert.Equal(64, recipe.GroupSize.Inputs);
        Assert.True(recipe.Symmetric);
        Assert.Equal(["lm_head.weight=4", "*.q_proj.weight=none"], recipe.Overrides.Select(rule => rule.ToString()));
        Assert.Equal(Path.Combine(_folder.FullName, "a.json"), recipe.RecipeFile);
    }

    [Fact]
    public void A_recipe_file_and_the_same_settings_by_hand_have_one_canonical_text()
    {
        Write("a.json", """{ "Bits": "8", "TARGET": "cuda" }""");

        Assert.Equal(Parse(("Bits", "8"), ("Target", "cuda")).Canonical, Parse(("Recipe", "a.json")).Canonical);
    }

    [Fact]
    public void Paths_in_the_file_start_from_its_folder()
    {
        Directory.CreateDirectory(Path.Combine(_folder.FullName, "sub"));
        Write("sub/a.json", """{ "calibration": "text.txt" }""");

        Recipe recipe = Recipe.Read(RecipeTests.Pairs(("Recipe", "sub/a.json")), _folder.FullName);

        Assert.Equal(Path.Combine(_folder.FullName, "sub", "text.txt"), recipe.Calibration);
    }

    [Theory]
    [InlineData("""{ "bist": 4 }""", "MPK1301", "did you mean 'Bits'")]
    [InlineData("""{ "bits": 7 }""", "MPK1302", "Bits is '7'")]
    [InlineData("""{ "bits": 4, "Bits": 8 }""", "MPK1307", "Bits")]
    [InlineData("""{ "override": ["a=7"] }""", "MPK1308", "a=7")]
    [InlineData("""{ "bits": 4""", "MPK1306", "line 1")]
    [InlineData("""[ 4 ]""", "MPK1306", "not a JSON object")]
    [InlineData("", "MPK1306", "JSON")]
    [InlineData("""{ "bits": null }""", "MPK1306", "bits")]
    [InlineData("""{ "bits": [4] }""", "MPK1306", "bits")]
    [InlineData("""{ "override": [4] }""", "MPK1306", "override")]
    [InlineData("""{ "override": {} }""", "MPK1306", "override")]
    [InlineData("""{ "recipe": "b.json" }""", "MPK1306", "another recipe")]
    public void A_broken_recipe_file_is_refused_by_name(string json, string code, string expected)
    {
        Write("a.json", json);

        ModelPackException error = Assert.Throws<ModelPackException>(() => Parse(("Recipe", "a.json")));

        Assert.Equal(code, error.Code);
        Assert.Contains(Path.Combine(_folder.FullName, "a.json"), error.Message);
        Assert.Contains(expected, error.Message);
    }

    [Fact]
    public void A_missing_recipe_file_is_refused_by_name()
    {
        ModelPackException error = Assert.Throws<ModelPackException>(() => Parse(("Recipe", "missing.json")));

        Assert.Equal("MPK1305", error.Code);
        Assert.Contains(Path.Combine(_folder.FullName, "missing.json"), error.Message);
    }

    private Recipe Parse(params (string Name, string Value)[] settings) => Recipe.Parse(RecipeTests.Pairs(settings), _folder.FullName);

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder.FullName, name), text);
}
