using System.Globalization;
using ModelPack.Benchmarks.Processes;
using ModelPack.SyntheticCheckpoint;

namespace ModelPack.Benchmarks.Calibration;

/// <summary>
/// Minutes and peak memory of the calibrated road on a checkpoint of Llama-3.2-1B's shapes, all layers or some, with 32 rows of 512 tokens, and the
/// tool's own account of its stages and of the steps of calibration. The weights are random: time and memory are those of the real model, fidelity is not looked at.
/// </summary>
internal static class CalibrationBenchmark
{
    private const string Shape = "llama-3.2-1b";

    public static int Run(string[] arguments)
    {
        int layers = LlamaShape.Published[Shape].Layers;
        bool written = arguments.Length == 0 || int.TryParse(arguments[0], NumberStyles.None, CultureInfo.InvariantCulture, out layers);
        if (layers < 1 || (!written && !Directory.Exists(arguments[0])))
        {
            Console.Error.WriteLine(
                $"calibration [LAYERS|CHECKPOINT_FOLDER [option of quantize ...]]      (without a folder a checkpoint of the shapes of {Shape} is written first, with all its layers when their number is absent)");
            return 2;
        }

        ToolProcess tool = ToolProcess.Build();
        using var work = new WorkFolder();
        string folder = written ? work.Of("checkpoint") : Path.GetFullPath(arguments[0]);
        if (written)
        {
            CheckpointFolder.Write(folder, LlamaShape.Published[Shape] with { Layers = layers }, seed: 1);
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
