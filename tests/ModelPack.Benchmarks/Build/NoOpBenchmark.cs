using System.Diagnostics;
using System.Globalization;
using Microsoft.Build.Logging.StructuredLogger;

namespace ModelPack.Benchmarks.Build;

/// <summary>How long the plan target takes in builds in which nothing changed, from their binary logs, beside the whole build.</summary>
internal static class NoOpBenchmark
{
    public static int Run(string[] arguments)
    {
        if (arguments.Length < 1)
        {
            Console.Error.WriteLine("noop PROJECT [BUILDS]      a project with a QuantizedModel that has been built before, such as samples/StoryTeller after build/demo.sh");
            return 2;
        }

        int builds = arguments.Length > 1 ? int.Parse(arguments[1], CultureInfo.InvariantCulture) : 11;
        var plans = new List<double>();
        var totals = new List<double>();
        for (int i = 0; i < builds; i++)
        {
            string log = Path.Combine(Path.GetTempPath(), $"modelpack-noop-{Environment.ProcessId}-{i}.binlog");
            using (Process build = Process.Start(new ProcessStartInfo("dotnet", ["build", arguments[0], "-c", "Release", "--no-restore", "-v", "quiet", "--nologo", "-bl:" + log]))!)
            {
                build.WaitForExit();
                if (build.ExitCode != 0)
                {
                    return build.ExitCode;
                }
            }

            Microsoft.Build.Logging.StructuredLogger.Build tree = BinaryLog.ReadBuild(log);
            File.Delete(log);
            Target[] targets = [.. tree.FindChildrenRecursive<Target>().Where(target => target.Name == "ModelPackPlan")];
            if (targets.Length == 0 || tree.FindChildrenRecursive<Target>().Any(target => target.Name == "ModelPackQuantize" && target.HasChildren && target.FindChildrenRecursive<Microsoft.Build.Logging.StructuredLogger.Task>().Any(task => task.Name.StartsWith("Quantize", StringComparison.Ordinal))))
            {
                Console.Error.WriteLine("the build had something to do, or no model: build the project once before");
                return 1;
            }

            plans.Add(targets.Sum(target => target.Duration.TotalMilliseconds));
            totals.Add(tree.Duration.TotalMilliseconds);
        }

        plans.Sort();
        totals.Sort();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"ModelPackPlan median {plans[plans.Count / 2]:0.0} ms (min {plans[0]:0.0}, max {plans[^1]:0.0}) of a build of {totals[totals.Count / 2]:0} ms, {builds} builds"));
        return 0;
    }
}
