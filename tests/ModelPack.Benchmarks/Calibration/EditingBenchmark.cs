using System.Globalization;
using ModelPack.Benchmarks.Processes;

namespace ModelPack.Benchmarks.Calibration;

/// <summary>
/// What an editing session costs after a full calibrated run: other bits, one override, the same again; and a run that is killed at 60 % of
/// its processors' time, which other work on the machine hardly moves, and started again. Each in seconds and in seconds of processors, as a share of the full run, and with the tool's own account of its stages.
/// </summary>
internal static class EditingBenchmark
{
    private const double KilledAt = 0.6;
    private const string InterruptionOnly = "--interruption-only";
    private const string Fresh = "fresh";
    private const string Killed = "killed";

    public static int Run(string[] arguments)
    {
        bool interruption = arguments.Contains(InterruptionOnly);
        arguments = [.. arguments.Where(argument => argument != InterruptionOnly)];
        string folder = arguments.Length > 0 ? Path.GetFullPath(arguments[0]) : Path.Combine(Repository.Shared(), "models", "tinytales");
        string text = arguments.Length > 1 ? Path.GetFullPath(arguments[1]) : Path.Combine(Repository.Shared(), "models", "tinytales", "calibration.txt");
        if (!Directory.Exists(folder) || !File.Exists(text))
        {
            Console.Error.WriteLine("editing [--interruption-only] [CHECKPOINT_FOLDER CALIBRATION_TEXT [option of quantize ...]]      (TinyTales when absent)");
            return 2;
        }

        string[] rows = arguments.Contains("--calibration-samples") ? [] : ["--calibration-samples", "32", "--calibration-length", "512"];
        string[] usual = ["--method", "gptq", "--calibration", text, .. rows, .. arguments.Skip(2)];
        ToolProcess tool = ToolProcess.Build();
        using var work = new WorkFolder();
        MeasuredProcess Quantize(string store, double? killAfterProcessorSeconds, params string[] more)
        {
            work.Remove("packed");
            return tool.Run(work.Of(store), ["quantize", folder, "-o", work.Of("packed"), "--verbosity", "detailed", .. usual, .. more], killAfterProcessorSeconds);
        }

        // The middle of the model: half of what follows from it is to be done again.
        string middle = $"model.layers.{Layers(folder) / 2}.mlp.down_proj.weight";
        MeasuredProcess full = Quantize(Fresh, null);
        Report("full run", full, full);
        if (!interruption)
        {
            Report("other bits (2 for 4)", Quantize(Fresh, null, "--bits", "2"), full);
            Report($"one override ({middle}=8)", Quantize(Fresh, null, "--override", middle + "=8"), full);
            Report("the same again", Quantize(Fresh, null), full);
        }

        Report("killed", Quantize(Killed, KilledAt * full.ProcessorSeconds), full);
        MeasuredProcess again = Quantize(Killed, null);
        Report("started again", again, full);
        return full.ExitCode + again.ExitCode == 0 ? 0 : 1;
    }

    private static int Layers(string folder)
    {
        using var config = System.Text.Json.JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "config.json")));
        return config.RootElement.GetProperty("num_hidden_layers").GetInt32();
    }

    private static void Report(string what, MeasuredProcess run, MeasuredProcess full)
    {
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{what}: {run.Seconds:0.0} s, {100 * run.Seconds / full.Seconds:0} % of the full run ({run.ProcessorSeconds:0.0} s of processors, {100 * run.ProcessorSeconds / full.ProcessorSeconds:0} %), peak {run.PeakMegabytes:0} MB, exit {run.ExitCode}"));
        Console.WriteLine(run.Messages.TrimEnd());
    }
}
