using System.Globalization;
using ModelPack.Packing.Tests.Writing.Gguf;
using ModelPack.Tests;

namespace ModelPack.Packing.Tests.Architectures;

/// <summary>Every decoder case of the goldens goes the whole road, and docs/models.md says how it came out.</summary>
public sealed class ModelPageTests(ModelPage page) : IClassFixture<ModelPage>
{
    public static TheoryData<string> Cases => GoldenCase.Names();

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public async Task A_case_is_right_as_floats_step_by_step_packed_and_in_GenAI(string name)
    {
        CaseFigures figures = await CaseMeasurement.Of(name);
        using GoldenCase golden = GoldenCase.Open(name);
        if (ModelPage.Writes)
        {
            page.Add(figures, ModelPage.Gguf(golden), calibrates: true);
        }

        Assert.InRange(figures.Whole, 0, figures.Tolerance);
        Assert.InRange(figures.Steps, 0, figures.Tolerance);
        Assert.InRange(figures.Int8, 0, CaseFigures.PackedTolerance);
        Assert.InRange(figures.Int4, 0, CaseFigures.PackedTolerance);
        Assert.True(figures.GenAi, "GenAI or our runtime generates other tokens than the reference");
    }

    [SkippableFact]
    public void The_page_has_every_case_that_can_be_packed_within_its_tolerance()
    {
        SharedFolder.Require("goldens/models/index.json");
        foreach (string name in GoldenCase.Packable)
        {
            Assert.True(ModelPage.Rows.TryGetValue(name, out string[]? cells), $"{name} is missing from docs/models.md");
            double[] numbers = [.. cells![2..7].Select(cell => double.Parse(cell, CultureInfo.InvariantCulture))];
            Assert.InRange(numbers[1], 0, numbers[0]);
            Assert.InRange(numbers[2], 0, numbers[0]);
            Assert.InRange(numbers[3], 0, CaseFigures.PackedTolerance);
            Assert.InRange(numbers[4], 0, CaseFigures.PackedTolerance);
            Assert.Equal("equal", cells[7]);
            if (ModelPage.Reason(name) is { } reason)
            {
                Assert.Equal("no", cells[8]);
                Assert.Contains($"`{name}`: {reason}", File.ReadAllText(ModelPage.File), StringComparison.Ordinal);
            }
            else
            {
                using GoldenCase golden = GoldenCase.Open(name);
                Assert.InRange(double.Parse(cells[8], CultureInfo.InvariantCulture), 0, GoldenGgufTests.ToleranceOf(golden.Architecture()));
            }
        }
    }

    [SkippableFact]
    public void A_case_without_a_row_is_refused_by_name_and_the_page_says_so()
    {
        SharedFolder.Require("goldens/models/index.json");
        string text = File.ReadAllText(ModelPage.File);
        foreach (string name in GoldenCase.Decoders.Except(ModelPage.Rows.Keys))
        {
            Assert.Contains($"`{name}`", text, StringComparison.Ordinal);
            using GoldenCase golden = GoldenCase.Open(name);
            ModelPackException error = Assert.Throws<ModelPackException>(() => golden.Architecture());
            Assert.Equal("MPK1205", error.Code);
            Assert.Contains("model_type", error.Message, StringComparison.Ordinal);
        }
    }
}
