using System.Diagnostics;
using System.Reflection;

namespace ModelPack.Tests.Store;

/// <summary>A running tests/ModelPack.StoreProbe.</summary>
internal sealed class StoreProbe : IDisposable
{
    private static readonly string Program = typeof(StoreProbe).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(a => a.Key == "StoreProbe").Value!;

    private readonly Process _process;

    private StoreProbe(Process process) => _process = process;

    public static StoreProbe Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        };
        start.ArgumentList.Add("exec");
        start.ArgumentList.Add(Program);
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return new StoreProbe(Process.Start(start)!);
    }

    /// <summary>Reads lines up to and including this one.</summary>
    public async Task<IReadOnlyList<string>> ReadUntilAsync(string line)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var lines = new List<string>();
        while (await _process.StandardOutput.ReadLineAsync(timeout.Token) is { } next)
        {
            lines.Add(next);
            if (next == line)
            {
                return lines;
            }
        }

        throw new InvalidOperationException($"'{line}' was expected but the process ended with {string.Join(", ", lines)}.");
    }

    public async Task<IReadOnlyList<string>> FinishAsync()
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        _process.StandardInput.Close();
        string output = await _process.StandardOutput.ReadToEndAsync(timeout.Token);
        await _process.WaitForExitAsync(timeout.Token);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }

    /// <summary>kill -9.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            Kill();
        }

        _process.Dispose();
    }
}
