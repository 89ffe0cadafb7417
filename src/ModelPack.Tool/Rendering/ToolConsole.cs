using System.Text;
using ModelPack.Tool.Hosting;

namespace ModelPack.Tool.Rendering;

/// <summary>Results go to <see cref="Output"/> (standard output), everything else to <see cref="Messages"/> (standard error).</summary>
internal sealed class ToolConsole : IDisposable
{
    private const string Red = "\u001b[31m";
    private const string Yellow = "\u001b[33m";
    private const string Reset = "\u001b[0m";

    private readonly Stream _stream;

    public ToolConsole()
    {
        _stream = OperatingSystem.IsWindows() ? Console.OpenStandardOutput() : new UnixStandardOutput();
        Output = new StreamWriter(_stream, new UTF8Encoding(false), 4096, leaveOpen: true) { NewLine = "\n" };
        Messages = Console.Error;
    }

    /// <summary>Standard output, UTF-8, buffered: flushed by the end of the run or by who streams.</summary>
    public StreamWriter Output { get; }

    /// <summary>Standard error.</summary>
    public TextWriter Messages { get; }

    /// <summary>How much is told on standard error.</summary>
    public Verbosity Verbosity { get; set; } = Verbosity.Normal;

    /// <summary>Results are one JSON document on standard output.</summary>
    public bool Json { get; set; }

    /// <summary>False by <c>--no-color</c> or NO_COLOR (https://no-color.org).</summary>
    public bool Color { get; set; } = string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));

    /// <summary>True when standard error is a terminal that can move its cursor.</summary>
    public bool IsLive { get; } = !Console.IsErrorRedirected
        && Environment.GetEnvironmentVariable("TERM") is not "dumb";

    /// <summary>True once the reader of standard output has gone.</summary>
    public bool OutputIsGone { get; private set; }

    /// <summary>A line on standard error, unless quiet.</summary>
    public void Message(string line)
    {
        if (Verbosity >= Verbosity.Normal)
        {
            Messages.WriteLine(line);
        }
    }

    /// <summary>A line on standard error when details are asked for.</summary>
    public void Detail(string line)
    {
        if (Verbosity >= Verbosity.Detailed)
        {
            Messages.WriteLine(line);
        }
    }

    /// <summary>A warning on standard error, unless quiet.</summary>
    public void Warning(string code, string sentence) => Message($"{Paint(Yellow, $"warning {code}:")} {sentence}");

    /// <summary>The one line of a failure on standard error, and where to read on.</summary>
    public void Error(string code, string sentence, string? helpLink = null)
    {
        FlushQuietly();
        Messages.WriteLine($"{Paint(Red, $"error {code}:")} {sentence}");
        if (helpLink is not null && Verbosity >= Verbosity.Normal)
        {
            Messages.WriteLine($"  help: {helpLink}");
        }
    }

    public void Dispose() => FlushQuietly();

    private string Paint(string color, string text) => Color && IsLive ? color + text + Reset : text;

    private void FlushQuietly()
    {
        try
        {
            Output.Flush();
        }
        catch (IOException)
        {
            OutputIsGone = true;
        }
    }
}
