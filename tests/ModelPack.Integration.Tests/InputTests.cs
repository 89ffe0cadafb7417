using ModelPack.Integration.Tests.Builds;

namespace ModelPack.Integration.Tests;

/// <summary>What users write that is wrong or unusual.</summary>
public sealed class InputTests : IDisposable
{
    private readonly Workspace _workspace = new("Zoë's füchse (1) 狐狸");

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void Paths_and_names_with_spaces_and_other_scripts_work()
    {
        TinyModel.Write(_workspace.PathOf("die Modelle/kleiner Fuchs; 狐狸"));
        string project = _workspace.ModelProject("App", """<QuantizedModel Include="../die Modelle/kleiner Fuchs%3B 狐狸/" Bits="4" />""");

        _workspace.Dotnet("build", project).Succeeded();

        Assert.Contains("model.onnx", _workspace.PackedFiles("App/bin/Debug/net10.0", "kleiner Fuchs; 狐狸"));
        Assert.Equal(0, _workspace.Dotnet("build", project, "--no-restore").Succeeded().Plans);
    }

    [Fact]
    public void Wrong_settings_are_errors_at_the_project_that_declares_them()
    {
        TinyModel.Write(_workspace.PathOf("models/fox"));
        _workspace.Write("Models.props", """
            <Project>
              <ItemGroup>
                <QuantizedModel Include="$(MSBuildThisFileDirectory)models/fox" Bits="$(TestBits)" GroupSize="$(TestGroupSize)" Calibrate="$(TestUnknown)" />
              </ItemGroup>
            </Project>
            """);
        string project = _workspace.ModelProject("App", "", "<OutputType>Exe</OutputType><TestBits Condition=\"'$(TestBits)' == ''\">4</TestBits>");
        File.WriteAllText(project, File.ReadAllText(project).Replace("</Project>", """<Import Project="../Models.props" /></Project>""", StringComparison.Ordinal));
        _workspace.Dotnet("restore", project).Succeeded();

        (string Property, string[] Said)[] cases =
        [
            ("-p:TestUnknown=x", ["Calibrate", "Calibration"]),
            ("-p:TestBits=5", ["5", "onnx"]),
            ("-p:TestGroupSize=48", ["48", "32", "64"]),
            ("-p:TestBits=four", ["four"]),
        ];
        foreach ((string property, string[] said) in cases)
        {
            BuildOutcome build = _workspace.Dotnet("build", project, "--no-restore", property);
            var error = build.FailedWith("MPK13");
            Assert.EndsWith("Models.props", error.File, StringComparison.Ordinal);
            Assert.All(said, text => Assert.Contains(text, error.Text, StringComparison.Ordinal));
            Assert.Equal(0, build.Runs);
        }

        Assert.Empty(_workspace.PackedFiles("App/bin/Debug/net10.0", "fox"));
    }

    [Fact]
    public void A_missing_folder_is_one_error_and_two_models_of_one_name_another()
    {
        TinyModel.Write(_workspace.PathOf("models/fox"));
        string missing = _workspace.ModelProject("Missing", """<QuantizedModel Include="../models/owl" />""");
        var error = _workspace.Dotnet("build", missing).FailedWith("MPK14");
        Assert.Contains("models/owl", error.Text, StringComparison.Ordinal);

        string twice = _workspace.ModelProject("Twice", """<QuantizedModel Include="../models/fox" Bits="4" /><QuantizedModel Include="../models/fox" Bits="8" />""");
        Assert.EndsWith("Twice.csproj", _workspace.Dotnet("build", twice).FailedWith("MPK3205").File, StringComparison.Ordinal);

        string named = _workspace.ModelProject("Named", """<QuantizedModel Include="../models/fox" Bits="4" /><QuantizedModel Include="../models/fox" Bits="8" Name="fox-8" />""");
        _workspace.Dotnet("build", named).Succeeded();
        Assert.NotEmpty(_workspace.PackedFiles("Named/bin/Debug/net10.0", "fox"));
        Assert.NotEmpty(_workspace.PackedFiles("Named/bin/Debug/net10.0", "fox-8"));
    }

    [Fact]
    public void An_edited_recipe_file_plans_again_and_packs_what_it_says()
    {
        TinyModel.Write(_workspace.PathOf("models/fox"));
        string recipe = _workspace.Write("App/recipe.json", """{ "bits": 4 }""");
        string project = _workspace.ModelProject("App", """<QuantizedModel Include="../models/fox" Recipe="recipe.json" />""");
        _workspace.Dotnet("build", project).Succeeded();
        string four = _workspace.Manifest("App/bin/Debug/net10.0", "fox")!;

        File.WriteAllText(recipe, """{ "bits":  4 }""");
        BuildOutcome same = _workspace.Dotnet("build", project, "--no-restore").Succeeded();
        Assert.Equal((1, 0), (same.Plans, same.Runs));

        File.WriteAllText(recipe, """{ "bits": 8 }""");
        BuildOutcome other = _workspace.Dotnet("build", project, "--no-restore").Succeeded();
        Assert.Equal((1, 1), (other.Plans, other.Runs));
        Assert.NotEqual(four, _workspace.Manifest("App/bin/Debug/net10.0", "fox"));

        BuildOutcome none = _workspace.Dotnet("build", project, "--no-restore").Succeeded();
        Assert.Equal((0, 0), (none.Plans, none.Runs));
    }
}
