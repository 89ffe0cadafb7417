using System.Buffers.Binary;
using System.Diagnostics;
using System.IO.Compression;
using ModelPack.Integration.Tests.Builds;

namespace ModelPack.Integration.Tests;

/// <summary>The report of a model that a build packed, in a real browser where the machine has one.</summary>
public sealed class ReportTests : IDisposable
{
    private static readonly string[] Browsers = ["chromium", "chromium-browser", "google-chrome"];

    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [SkippableFact]
    public void A_build_publishes_a_report_that_Chromium_renders_light_and_dark_on_a_phone_and_on_a_desktop()
    {
        string? browser = Browsers.SelectMany(Places).FirstOrDefault(File.Exists);
        Skip.If(browser is null, "no Chromium is installed (Debian: apt-get install chromium); reports are checked without a browser in ModelPack.Packing.Tests");
        TinyModel.Write(_workspace.PathOf("models/fox"));
        string project = _workspace.ModelProject("App", """<QuantizedModel Include="../models/fox" />""");
        _workspace.Dotnet("build", project).Succeeded();
        string report = _workspace.PathOf("App/bin/Debug/net10.0/models/fox/report.html");
        Assert.True(File.Exists(Path.ChangeExtension(report, ".json")));

        string page = Browse(browser!, "--dump-dom", "file://" + report);
        Assert.Contains("<h1>fox</h1>", page, StringComparison.Ordinal);
        Assert.Contains("</footer>", page, StringComparison.Ordinal);

        // The corner of the page has the colour of its ground.
        Assert.Equal((390, 800, 0xffffff), Shoot(browser!, report, "light", 390, 800));
        Assert.Equal((390, 800, 0x11161c), Shoot(browser!, report, "dark", 390, 800));
        Assert.Equal((1200, 900, 0x11161c), Shoot(browser!, report, "dark", 1200, 900));
    }

    private static IEnumerable<string> Places(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Where(folder => folder.Length > 0).Select(folder => Path.Combine(folder, name));

    private (int Width, int Height, int Corner) Shoot(string browser, string report, string scheme, int width, int height)
    {
        string image = _workspace.PathOf($"{scheme}-{width}.png");
        // Blink's numbers: 0 dark, 1 light.
        Browse(browser, $"--blink-settings=preferredColorScheme={(scheme == "dark" ? 0 : 1)}", "--hide-scrollbars", $"--window-size={width},{height}", "--screenshot=" + image, "file://" + report);
        return Describe(File.ReadAllBytes(image));
    }

    private string Browse(string browser, params string[] arguments)
    {
        var start = new ProcessStartInfo(browser);
        foreach (string argument in (string[])["--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir=" + _workspace.PathOf("browser"), .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        CommandResult result = Command.Run(start, TimeSpan.FromMinutes(2));
        Assert.True(result.ExitCode == 0, result.Output);
        return result.Output;
    }

    // PNG: IHDR first, then IDAT chunks of one zlib stream; a filter cannot change the first pixel, which has no neighbours.
    private static (int Width, int Height, int Corner) Describe(byte[] png)
    {
        int width = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)), height = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20));
        var data = new MemoryStream();
        for (int at = 8; at < png.Length;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at));
            if (png.AsSpan(at + 4, 4).SequenceEqual("IDAT"u8))
            {
                data.Write(png, at + 8, length);
            }

            at += 12 + length;
        }

        data.Position = 0;
        using var pixels = new ZLibStream(data, CompressionMode.Decompress);
        byte[] first = new byte[4];
        pixels.ReadExactly(first);
        return (width, height, (first[1] << 16) | (first[2] << 8) | first[3]);
    }
}
