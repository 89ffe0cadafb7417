using System.Globalization;
using ModelPack.Benchmarks.Processes;
using ModelPack.SyntheticCheckpoint;

namespace ModelPack.Benchmarks.Calibration;

/// <summary>
/// Minutes and peak memory of the calibrated road on a checkpoint of Llama-3.2-1B's shapes with 32 rows of 512 tokens, and the tool's own
/// account of its stages. The weights are random: time and memory are those of the real model, fidelity is not looked at.
/// </summary>
internal static class CalibrationBenchmark
{
    private const string Shape = "llama-3.2-1b";

    public static int Run(string[] arguments)
    {
        if (arguments.Length > 0 && !Directory.Exists(arguments[0]))
        {
            Console.Error.WriteLine("calibration [CHECKPOINT_FOLDER [option of quantize ...]]      (without a folder: a checkpoint of the shapes of " + Shape + " is written first)");
            return 2;
        }

        ToolProcess tool = ToolProcess.Build();
        using var work = new WorkFolder();
        string folder = arguments.Length > 0 ? Path.GetFullPath(arguments[0]) : work.Of("checkpoint");
        if (arguments.Length == 0)
        {
            CheckpointFolder.Write(folder, LlamaShape.Published[Shape], seed: 1);
        }

        string text = Path.Combine(Repository.Shared(), "models", "tinytales", "calibration.txt");
        MeasuredProcess run = tool.Run(
            work.Of("store"),
            ["quantize", folder, "-o", work.Of("packed"), "--verbosity", "detailed", "--method", "gptq", "--calibration", text, "--calibration-samples", "32", "--calibration-length", "512", .. arguments.Skip(1)]);
        Console.WriteLine(run.Messages);
        Console.WriteLine(run.Output);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{run.Seconds / 60:0.0} min ({run.ProcessorSeconds / 60:0.0} min of processors), peak {run.PeakMegabytes:0} MB, exit {run.ExitCode}"));
        return run.ExitCode;
    }
}
