using System.CommandLine;
using ModelPack.Runtime.Sessions;
using ModelPack.Tool.CommandLine;
using ModelPack.Tool.Hosting;
using ModelPack.Tool.Json;

namespace ModelPack.Tool.Commands;

/// <summary><c>doctor</c>: what models can run on here.</summary>
internal static class DoctorCommand
{
    public static void Fill(Command command, CommandContext context) => command.SetAction(_ =>
    {
        IReadOnlyList<ExecutionProviderStatus> providers = ExecutionProviders.Probe();
        if (context.Console.Json)
        {
            JsonOutput.Write(context.Console, new DoctorJson(providers), ToolJson.Default.DoctorJson);
            return ExitCode.Done;
        }

        foreach (ExecutionProviderStatus provider in providers)
        {
            context.Console.Output.WriteLine($"{provider.Name,-5} {(provider.Available ? "available" : "not available")}: {provider.Reason}");
        }

        return ExitCode.Done;
    });
}
