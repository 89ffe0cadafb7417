using System.Security;
using System.Text;
using Microsoft.Build.Framework;
using Task = Microsoft.Build.Utilities.Task;

namespace ModelPack.Build;

/// <summary>
/// Writes the targets file of a package that ships packed models: projects that reference the package, directly or not,
/// get the files into their output folders without referencing ModelPack themselves.
/// </summary>
[MSBuildMultiThreadableTask]
public sealed class DescribePackage : Task
{
    // What the public gallery takes; larger uploads end with HTTP 413.
    private const long LargestPackage = 250L * 1024 * 1024;

    /// <summary>The packed files, as <see cref="PlanModels.Files"/> gives them.</summary>
    [Required]
    public ITaskItem[] Files { get; set; } = [];

    /// <summary>Full path of the project, for the warning.</summary>
    [Required]
    public string ProjectFile { get; set; } = "";

    /// <summary>Full path of the targets file to write; left alone when it has this content.</summary>
    [Required]
    public string TargetsFile { get; set; } = "";

    /// <inheritdoc/>
    public override bool Execute()
    {
        string text = Targets(Files.Select(file => file.GetMetadata("TargetPath")));
        if (!File.Exists(TargetsFile) || File.ReadAllText(TargetsFile) != text)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(TargetsFile)!);
            File.WriteAllText(TargetsFile, text);
        }

        long bytes = Files.Sum(file => new FileInfo(file.ItemSpec).Length);
        if (bytes > LargestPackage)
        {
            Log.LogWarning(
                null,
                BuildErrors.PackageTooLarge,
                null,
                BuildErrors.HelpLink(BuildErrors.PackageTooLarge),
                ProjectFile,
                0,
                0,
                0,
                0,
                $"The packed models in this package take {bytes / (1024 * 1024)} MB, and nuget.org takes packages up to 250 MB; publish it on a feed that allows more, or ship the model beside the application.");
        }

        return true;
    }

    /// <summary>The targets file for packed files with these paths below the package's root.</summary>
    internal static string Targets(IEnumerable<string> paths)
    {
        var text = new StringBuilder(
            """
            <Project>
              <PropertyGroup>
                <_ModelPackCopy>PreserveNewest</_ModelPackCopy>
                <_ModelPackCopy Condition="$([MSBuild]::VersionGreaterThanOrEquals('$(MSBuildVersion)', '17.13'))">IfDifferent</_ModelPackCopy>
              </PropertyGroup>
              <ItemGroup>

            """);
        foreach (string path in paths)
        {
            string escaped = SecurityElement.Escape(ItemText.Escape(path));
            text.Append("    <None Include=\"$(MSBuildThisFileDirectory)../").Append(escaped).Append("\" Link=\"").Append(escaped)
                .Append("\" TargetPath=\"").Append(escaped)
                .Append("\" CopyToOutputDirectory=\"$(_ModelPackCopy)\" CopyToPublishDirectory=\"$(_ModelPackCopy)\" ExcludeFromSingleFile=\"true\" Pack=\"false\" Visible=\"false\" />\n");
        }

        return text.Append("  </ItemGroup>\n</Project>\n").ToString();
    }
}
