using System.Xml.Linq;
using Microsoft.Build.Utilities;

namespace ModelPack.Build.Tests;

public sealed class DescribePackageTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly RecordingEngine _engine = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_targets_file_has_one_item_a_packed_file_and_names_mean_themselves()
    {
        XElement project = XElement.Parse(DescribePackage.Targets(["models/a & b/model.onnx", "models/a & b/100%.json"]));

        XElement[] items = [.. project.Descendants("None")];
        Assert.Equal(2, items.Length);
        Assert.Equal("$(MSBuildThisFileDirectory)../models/a & b/model.onnx", (string?)items[0].Attribute("Include"));
        Assert.Equal("models/a & b/100%25.json", (string?)items[1].Attribute("TargetPath"));
        Assert.All(items, item => Assert.Equal("true", (string?)item.Attribute("ExcludeFromSingleFile")));
    }

    [Theory]
    [InlineData(250, 0)]
    [InlineData(251, 1)]
    public void A_package_larger_than_the_gallery_takes_is_a_warning(int megabytes, int warnings)
    {
        string file = Path.Combine(_folder.FullPath, "model.onnx.data");
        using (FileStream sparse = File.Create(file))
        {
            sparse.SetLength(megabytes * 1024L * 1024);
        }

        var item = new TaskItem(file);
        item.SetMetadata("TargetPath", "models/m/model.onnx.data");
        var task = new DescribePackage
        {
            BuildEngine = _engine,
            Files = [item],
            ProjectFile = "/p/lib.csproj",
            TargetsFile = Path.Combine(_folder.FullPath, "package", "Lib.targets"),
        };

        Assert.True(task.Execute());
        Assert.True(File.Exists(task.TargetsFile));
        Assert.Equal(warnings, _engine.Warnings.Count);
        Assert.All(_engine.Warnings, warning => Assert.Equal(("MPK3207", "/p/lib.csproj"), (warning.Code, warning.File)));
    }
}
