using System.Diagnostics;

namespace ModelPack.Integration.Tests.Builds;

/// <summary>
/// A folder with projects as a user has them, a store of its own, and the packed packages as the only package source: no
/// build here can reach a network.
/// </summary>
internal sealed class Workspace : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);
    private int _builds;

    public Workspace(string name = "workspace")
    {
        Root = Path.Combine(Directory.CreateTempSubdirectory("modelpack-build-").FullName, name);
        Store = Path.Combine(Root, "the store");
        Write("nuget.config", $"""
            <configuration>
              <packageSources><clear /><add key="packed" value="{PackageFeed.Folder}" /><add key="here" value="packages" /></packageSources>
            </configuration>
            """);
        Directory.CreateDirectory(Path.Combine(Root, "packages"));
        Write("Directory.Build.props", $"""
            <Project>
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <RestorePackagesPath>{PackageFeed.Packages}</RestorePackagesPath>
                <NuGetAudit>false</NuGetAudit>
                <UseSharedCompilation>false</UseSharedCompilation>
                <GenerateDocumentationFile>false</GenerateDocumentationFile>
              </PropertyGroup>
            </Project>
            """);
        Write("Directory.Build.targets", "<Project />");
        Write("Directory.Packages.props", "<Project />");
    }

    public string Root { get; }

    /// <summary>The store that builds here use.</summary>
    public string Store { get; }

    public void Dispose()
    {
        // The store's folders may be read-only, and what lies in such a folder cannot be deleted.
        foreach (DirectoryInfo folder in new DirectoryInfo(Root).EnumerateDirectories("*", SearchOption.AllDirectories))
        {
            folder.Attributes &= ~FileAttributes.ReadOnly;
        }

        Directory.Delete(Path.GetDirectoryName(Root)!, recursive: true);
    }

    public string PathOf(string relativePath) => Path.Combine(Root, relativePath);

    public string Write(string relativePath, string content)
    {
        string path = PathOf(relativePath);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return path;
    }

    /// <summary>Writes a project of the name and folder, with a source file; executable unless properties say otherwise.</summary>
    public string Project(string name, string items, string properties = "<OutputType>Exe</OutputType>", string sdk = "Microsoft.NET.Sdk")
    {
        if (properties.Contains("<OutputType>Exe", StringComparison.Ordinal) || sdk.EndsWith(".Web", StringComparison.Ordinal))
        {
            Write(name + "/Program.cs", "System.Console.WriteLine(1);");
        }
        else
        {
            Write(name + "/Class.cs", "public class " + name + "Class;");
        }

        return Write($"{name}/{name}.csproj", $"""
            <Project Sdk="{sdk}">
              <PropertyGroup>{properties}</PropertyGroup>
              <ItemGroup>
                {items}
              </ItemGroup>
            </Project>
            """);
    }

    /// <summary>A project with the ModelPack package and these items.</summary>
    public string ModelProject(string name, string items, string properties = "<OutputType>Exe</OutputType>", string sdk = "Microsoft.NET.Sdk") =>
        Project(name, """<PackageReference Include="ModelPack" Version="0.1.0" PrivateAssets="all" />""" + "\n    " + items, properties, sdk);

    /// <summary>dotnet build, publish, ... with a binary log.</summary>
    public BuildOutcome Dotnet(string command, string project, params string[] arguments)
    {
        string log = PathOf($"{++_builds}.binlog");
        return new BuildOutcome(Command.Run(StartInfo(command, project, log, arguments), Limit), log);
    }

    /// <summary>What <see cref="Dotnet"/> starts.</summary>
    public ProcessStartInfo StartInfo(string command, string project, string log, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { WorkingDirectory = Root };
        foreach (string argument in (string[])[command, project, "-bl:" + log, "-nodeReuse:false", "-tl:off", "-m:1", .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        foreach (string name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToArray())
        {
            start.Environment.Remove(name);
        }

        start.Environment["MODELPACK_CACHE"] = Store;
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_NOLOGO"] = "1";
        return start;
    }

    /// <summary>The manifest of a packed model in an output folder; null when there is none.</summary>
    public string? Manifest(string outputFolder, string model)
    {
        string path = PathOf(Path.Combine(outputFolder, "models", model, "modelpack.json"));
        return File.Exists(path) ? File.ReadAllText(path) : null;
    }

    /// <summary>Names of the packed files in an output folder, sorted; empty when there are none.</summary>
    public string[] PackedFiles(string outputFolder, string model)
    {
        string folder = PathOf(Path.Combine(outputFolder, "models", model));
        return Directory.Exists(folder) ? [.. Directory.GetFiles(folder).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)] : [];
    }
}
