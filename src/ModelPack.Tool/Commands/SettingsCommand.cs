using System.CommandLine;
using ModelPack.Packing.Recipes;
using ModelPack.Tool.CommandLine;
using ModelPack.Tool.Hosting;

namespace ModelPack.Tool.Commands;

/// <summary><c>settings</c>: the text of docs/settings.md.</summary>
internal static class SettingsCommand
{
    public static void Fill(Command command, CommandContext context) => command.SetAction(_ =>
    {
        context.Console.Output.Write(SettingDocument.Write());
        return ExitCode.Done;
    });
}
