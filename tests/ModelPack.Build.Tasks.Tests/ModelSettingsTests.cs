using Microsoft.Build.Utilities;

namespace ModelPack.Build.Tests;

public sealed class ModelSettingsTests
{
    [Fact]
    public void Settings_and_unknown_names_are_passed_on_and_metadata_of_msbuild_is_not()
    {
        var item = new TaskItem("models/qwen");
        foreach (string name in (string[])["Bits", "Bitts", "CopyToOutputDirectory", "TargetPath", "link", "Pack", "ModelPackName", "Empty"])
        {
            item.SetMetadata(name, name == "Empty" ? "" : "x");
        }

        var settings = ModelSettings.FromItem(item);

        Assert.Equal(["Bits", "Bitts"], settings.Names);
        Assert.Equal(["x", "x"], settings.Values);
    }

    [Theory]
    [InlineData("BuildAction")]
    [InlineData("CopyToPublishDirectory")]
    [InlineData("ExcludeFromSingleFile")]
    [InlineData("Link")]
    [InlineData("MSBuildSourceProjectFile")]
    [InlineData("OriginalItemSpec")]
    [InlineData("Visible")]
    public void The_table_of_other_metadata_is_searched_without_regard_to_case(string name)
    {
        var item = new TaskItem("m");
        item.SetMetadata(name.ToUpperInvariant(), "x");

        Assert.Empty(ModelSettings.FromItem(item).Names);
    }

    [Fact]
    public void The_source_is_a_full_path_without_its_last_separator()
    {
        var settings = ModelSettings.FromItem(new TaskItem("some/folder/"));

        Assert.Equal(Path.Combine(Environment.CurrentDirectory, "some", "folder"), settings.Include);
    }

    [Fact]
    public void Canonical_text_is_one_line_and_differs_by_value_but_not_by_order_or_case_of_names()
    {
        var first = new TaskItem("m");
        first.SetMetadata("Bits", "4");
        first.SetMetadata("Symmetric", "true");
        var second = new TaskItem("m");
        second.SetMetadata("symmetric", "true");
        second.SetMetadata("bits", "4");
        var third = new TaskItem("m");
        third.SetMetadata("Bits", "8");
        third.SetMetadata("Symmetric", "true");

        string canonical = ModelSettings.FromItem(first).Canonical("/p");

        Assert.DoesNotContain('\n', canonical);
        Assert.Equal(canonical, ModelSettings.FromItem(second).Canonical("/p"));
        Assert.NotEqual(canonical, ModelSettings.FromItem(third).Canonical("/p"));
        Assert.NotEqual(canonical, ModelSettings.FromItem(first).Canonical("/q"));
    }
}
