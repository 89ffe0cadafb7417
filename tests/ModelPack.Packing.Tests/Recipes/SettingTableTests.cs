using ModelPack.Packing.Recipes;
using ModelPack.Tests;

namespace ModelPack.Packing.Tests.Recipes;

public sealed class SettingTableTests
{
    [Fact]
    public void One_spelling_rule_gives_option_and_recipe_names()
    {
        SettingDefinition setting = SettingTable.Get("EmbeddingBits");

        Assert.Equal("--embedding-bits", setting.OptionName);
        Assert.Equal("embeddingBits", setting.JsonName);
        Assert.Same(setting, SettingTable.Find("embeddingBits"));
        Assert.Same(setting, SettingTable.Find("--embedding-bits"));
    }

    [Fact]
    public void Names_are_unique_and_every_setting_has_values_and_a_meaning()
    {
        Assert.Equal(SettingTable.All.Count, SettingTable.All.Select(setting => setting.OptionName).Distinct().Count());
        Assert.All(SettingTable.All, setting => Assert.True(setting.Values.Length > 0 && setting.Meaning.EndsWith('.')));
        Assert.Empty(SettingTable.All.Select(setting => setting.Name).Intersect(SettingTable.ItemMetadata));
    }

    [Fact]
    public void Documented_defaults_are_the_defaults()
    {
        foreach (SettingDefinition setting in SettingTable.All)
        {
            if (setting.Format(Recipe.Default) is { } value && setting != SettingTable.GroupSize)
            {
                // Behind a semicolon stands what other kinds of sources take.
                Assert.Equal(value, setting.Default!.Split(';')[0]);
            }
        }

        Assert.Equal(Recipe.DefaultTableBits.ToString(), SettingTable.Get("HeadBits").Default);
        Assert.Equal(Recipe.DefaultTableBits.ToString(), SettingTable.Get("EmbeddingBits").Default);
    }

    [Fact]
    public void Settings_page_is_what_the_table_says()
    {
        string path = Path.Combine(SharedFolder.Repository, "docs", "settings.md");

        Assert.True(
            SettingDocument.Write() == File.ReadAllText(path).ReplaceLineEndings("\n"),
            "docs/settings.md is not up to date; run: dotnet run --project src/ModelPack.Tool -- settings > docs/settings.md");
    }

    [Theory]
    [InlineData("", "abc", 3)]
    [InlineData("abc", "", 3)]
    [InlineData("abcd", "acbd", 1)]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("same", "same", 0)]
    public void Distance_counts_edits_and_swaps(string first, string second, int expected) =>
        Assert.Equal(expected, NearestName.Distance(first, second));
}
