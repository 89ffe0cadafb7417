using System.Globalization;
using ModelPack.Benchmarks.Processes;

namespace ModelPack.Benchmarks.Packing;

/// <summary>
/// Time and peak memory of `modelpack quantize` on a checkpoint, beside `cp` of the same files in the same run. Both write
/// to the temporary folder; the peak is the process's own VmHWM, mapped pages of the checkpoint included.
/// </summary>
internal static class PackingBenchmark
{
    public static int Run(string[] arguments)
    {
        if (arguments.Length < 2)
        {
            Console.Error.WriteLine("packing MODELPACK_DLL CHECKPOINT_FOLDER [option of quantize ...]      (tests/ModelPack.SyntheticCheckpoint writes checkpoints)");
            return 2;
        }

        string tool = Path.GetFullPath(arguments[0]);
        string source = Path.GetFullPath(arguments[1]);
        using var work = new WorkFolder();

        // Whatever is in memory of the checkpoint is there for both.
        double warm = Copy(source, work, "warm");
        double copy = Copy(source, work, "copy");
        MeasuredProcess packing = new ToolProcess(tool).Run(work.Of("store"), ["quantize", source, "-o", work.Of("packed"), .. arguments[2..]]);
        if (packing.ExitCode != 0)
        {
            Console.Error.WriteLine(packing.Messages);
            return packing.ExitCode;
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"cp {Math.Min(warm, copy):0.0} s, quantize {packing.Seconds:0.0} s, ratio {packing.Seconds / Math.Min(warm, copy):0.00}, peak {packing.PeakMegabytes:0} MB"));
        return 0;
    }

    private static double Copy(string source, WorkFolder work, string name)
    {
        double seconds = MeasuredProcess.Run("cp", ["-r", source, work.Of(name)]).Seconds;
        work.Remove(name);
        return seconds;
    }
}
