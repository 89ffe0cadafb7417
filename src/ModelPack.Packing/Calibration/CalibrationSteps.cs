using System.Diagnostics;

namespace ModelPack.Packing.Calibration;

/// <summary>Measures the steps of a calibration for whoever asked for it. Steps do not overlap and run on the thread that calibrates.</summary>
/// <param name="taken">Gets name and time of every step; null: nobody asked.</param>
internal sealed class CalibrationSteps(Action<string, TimeSpan>? taken)
{
    public const string Forward = "forward passes";
    public const string Statistics = "Gram and cross products";
    public const string Targets = "targets from cross products";
    public const string Factors = "factors of Hessians";
    public const string Codes = "codes";

    /// <summary>Runs a step.</summary>
    public void Run(string step, Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        taken?.Invoke(step, Stopwatch.GetElapsedTime(start));
    }

    /// <summary>Runs a step with a result.</summary>
    public T Run<T>(string step, Func<T> action)
    {
        long start = Stopwatch.GetTimestamp();
        T result = action();
        taken?.Invoke(step, Stopwatch.GetElapsedTime(start));
        return result;
    }
}
