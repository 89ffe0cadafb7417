using System.Globalization;
using ModelPack.Tests;

namespace ModelPack.Packing.Tests.Architectures.Encoders;

/// <summary>Every encoder of the goldens goes the whole road, and docs/models.md says how it came out.</summary>
public sealed class EncoderModelPageTests(EncoderPage page) : IClassFixture<EncoderPage>
{
    public static TheoryData<string> All => GoldenEncoderTests.All;

    [SkippableTheory]
    [MemberData(nameof(All))]
    public async Task An_encoder_is_right_as_floats_and_near_when_packed(string name)
    {
        EncoderFigures figures = await EncoderMeasurement.Of(name);
        page.Add(figures);
        Assert.InRange(figures.Float, 0, figures.Tolerance);
        Assert.InRange(figures.Int8, EncoderFigures.Int8Cosine, 1.0001f);
        Assert.InRange(figures.Int8WeightOnly, EncoderFigures.Int8WeightOnlyCosine, 1.0001f);
        Assert.InRange(figures.Int4, EncoderFigures.Int4Cosine, 1.0001f);
    }

    [SkippableFact]
    public void The_page_has_every_encoder_within_its_tolerance()
    {
        SharedFolder.Require("goldens/models/index.json");
        Assert.Equal(GoldenCase.Encoders.Order(), EncoderPage.Rows.Keys.Order());
        foreach (string[] cells in EncoderPage.Rows.Values)
        {
            double[] numbers = [.. cells[2..].Select(cell => double.Parse(cell, CultureInfo.InvariantCulture))];
            Assert.InRange(numbers[1], 0, numbers[0]);
            Assert.InRange(numbers[2], EncoderFigures.Int8Cosine, 1.0001);
            Assert.InRange(numbers[3], EncoderFigures.Int8WeightOnlyCosine, 1.0001);
            Assert.InRange(numbers[4], EncoderFigures.Int4Cosine, 1.0001);
        }
    }
}
