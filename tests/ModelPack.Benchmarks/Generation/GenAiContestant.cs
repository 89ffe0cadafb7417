using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace ModelPack.Benchmarks.Generation;

/// <summary>ONNX Runtime GenAI's own loop, in a process of its own: its library brings an ONNX Runtime along.</summary>
internal sealed class GenAiContestant(string folder, int prompt, int threads)
{
    private readonly string _library = Environment.GetEnvironmentVariable("MODELPACK_GENAI") is { Length: > 0 } set ? set : FindLibrary();

    public Speed Run(int tokens)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        string[] arguments = ["exec", Path.Combine(AppContext.BaseDirectory, "ModelPack.GenAiProbe.dll"), "bench", _library, folder, Text(prompt), Text(tokens), "2", Text(threads)];
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"the GenAI probe ended with exit code {process.ExitCode}");
        }

        var answer = JsonNode.Parse(output)!;
        return new Speed(
            (double)answer["prefillTokensPerSecond"]!,
            (double)answer["decodeTokensPerSecond"]!,
            (double)answer["prefillTokensPerCpuSecond"]!,
            (double)answer["decodeTokensPerCpuSecond"]!);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string FindLibrary()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string candidate = Path.Combine(folder.FullName, "shared", "oracles", "genai");
            if (Directory.Exists(candidate))
            {
                return candidate;
            }
        }

        throw new InvalidOperationException("shared/oracles/genai is not beside the checkout; set MODELPACK_GENAI to the folder with GenAI's libraries");
    }
}
