using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace ModelPack.Tool.Tests;

/// <summary>One run of the real tool in its own process.</summary>
internal sealed record ToolRun(int ExitCode, string Output, string Messages)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>Standard output as one JSON document, and nothing beside it.</summary>
    public JsonElement Json => JsonDocument.Parse(Output).RootElement;

    /// <summary>The lines of standard error that report an error.</summary>
    public IEnumerable<string> Errors => Messages.Split('\n').Where(line => line.Contains("error MPK"));

    public static ToolRun Start(params string[] arguments) => Start(null, null, arguments);

    public static ToolRun Start(string? input, IReadOnlyDictionary<string, string>? environment, params string[] arguments)
    {
        using Process process = Begin(environment, arguments);
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> messages = process.StandardError.ReadToEndAsync();
        if (input is not null)
        {
            process.StandardInput.Write(input);
        }

        process.StandardInput.Close();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"modelpack {string.Join(' ', arguments)} did not end. It said: {messages.Result}");
        }

        return new ToolRun(process.ExitCode, output.Result, messages.Result);
    }

    /// <summary>Starts the tool and leaves it running.</summary>
    public static Process Begin(IReadOnlyDictionary<string, string>? environment, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        start.ArgumentList.Add("exec");
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "modelpack.dll"));
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    /// <summary>Asserts that the run failed with exactly one error of this code, on standard error and nowhere else.</summary>
    public string RequireError(string code, int exitCode = 1)
    {
        Assert.Equal(exitCode, ExitCode);
        string line = Assert.Single(Errors);
        Assert.Contains($"error {code}: ", line);
        Assert.DoesNotContain("   at ", Messages);
        Assert.Equal("", Output);
        return line;
    }

    /// <summary>Asserts that the run was successful.</summary>
    public ToolRun RequireDone()
    {
        Assert.True(ExitCode == 0, $"exit code {ExitCode}: {Messages}");
        return this;
    }
}
