using System.CommandLine;
using ModelPack.Tool.Hosting;
using ModelPack.Tool.Rendering;

namespace ModelPack.Tool.CommandLine;

/// <summary>Builds the command tree. Only the command that is called gets its options: the others are a name and a line of help.</summary>
internal static class RootBuilder
{
    private static readonly ParserConfiguration Configuration = new()
    {
        // A prompt may begin with @ or look like bundled letters.
        ResponseFileTokenReplacer = null,
        EnablePosixBundling = false,
    };

    public static ParseResult Parse(string[] args, ToolConsole console, Interrupts interrupts)
    {
        var root = new RootCommand("Quantizes language models, looks into them, measures and runs them.");
        var common = new CommonOptions(root);
        string? called = args.FirstOrDefault(arg => CommandTable.All.Any(entry => entry.Name == arg));
        foreach (CommandEntry entry in CommandTable.All)
        {
            var command = new Command(entry.Name, entry.Summary) { Hidden = entry.Hidden };
            if (entry.Name == called)
            {
                entry.Fill(command, new CommandContext(console, interrupts));
            }

            root.Add(command);
        }

        ParseResult result = root.Parse(args, Configuration);
        common.Apply(result, console);
        return result;
    }
}
