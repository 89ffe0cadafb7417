using System.Diagnostics;
using System.Text;

namespace ModelPack.Integration.Tests.Builds;

/// <summary>Runs a process to its end and keeps what it printed.</summary>
internal static class Command
{
    public static CommandResult Run(ProcessStartInfo start, TimeSpan limit)
    {
        var output = new StringBuilder();
        using Process process = Start(start, output);
        if (!process.WaitForExit(limit))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{start.FileName} {string.Join(' ', start.ArgumentList)} did not end within {limit}:\n{Text(output)}");
        }

        process.WaitForExit();
        return new CommandResult(process.ExitCode, Text(output));
    }

    /// <summary>Starts a process whose output, both streams in one, is collected while it runs.</summary>
    public static Process Start(ProcessStartInfo start, StringBuilder output)
    {
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.RedirectStandardInput = true;
        var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, e) => Add(output, e.Data);
        process.ErrorDataReceived += (_, e) => Add(output, e.Data);
        process.Start();
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private static void Add(StringBuilder output, string? line)
    {
        if (line is not null)
        {
            lock (output)
            {
                output.AppendLine(line);
            }
        }
    }

    private static string Text(StringBuilder output)
    {
        lock (output)
        {
            return output.ToString();
        }
    }
}
