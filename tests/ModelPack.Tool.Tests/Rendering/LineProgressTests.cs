using ModelPack.Tool.Rendering;

namespace ModelPack.Tool.Tests.Rendering;

public sealed class LineProgressTests
{
    [Fact]
    public async Task Every_stage_ends_with_one_line()
    {
        var writer = new StringWriter();

        int result = await WorkDisplay.RunPlainAsync(writer, WorkUnit.Bytes, progress =>
        {
            for (int done = 0; done <= 1000; done += 10)
            {
                progress!.Report(new Step("quantize", done * 1000, 1_000_000, "a"));
            }

            progress!.Report(new Step("verify", 0, 0));
            return Task.FromResult(7);
        });

        Assert.Equal(7, result);
        string[] lines = writer.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.StartsWith("  quantize: 1.00 MB, ", lines[0]);
        Assert.StartsWith("  verify: ", lines[1]);
    }

    [Fact]
    public void Rate_and_remaining_time_come_from_the_last_seconds()
    {
        var rate = new ProgressRate();
        rate.Add(TimeSpan.Zero, 0);
        Assert.Null(rate.Remaining(0, 100));

        for (int second = 60; second <= 90; second++)
        {
            rate.Add(TimeSpan.FromSeconds(second), (second - 60) * 50);
        }

        Assert.Equal(50, rate.PerSecond, 6);
        Assert.Equal(TimeSpan.FromSeconds(10), rate.Remaining(1500, 2000));
        Assert.Null(rate.Remaining(2000, 2000));
    }

    [Fact]
    public void Columns_are_as_wide_as_their_widest_cell()
    {
        var writer = new StringWriter { NewLine = "\n" };
        var columns = new Columns(("name", false), ("bytes", true));
        columns.Add("a", "1");
        columns.Add("longer", "123456");

        columns.Write(writer);

        Assert.Equal("name     bytes\na            1\nlonger  123456\n", writer.ToString());
    }
}
