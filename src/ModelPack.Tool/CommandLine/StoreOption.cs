using System.CommandLine;
using ModelPack.Packing.Store;
using ModelPack.Tool.Rendering;

namespace ModelPack.Tool.CommandLine;

/// <summary>The option that names another store.</summary>
internal sealed class StoreOption
{
    private readonly Option<string?> _directory = new("--cache-directory")
    {
        Description = "Folder of the store; MODELPACK_CACHE or the user's cache folder when absent.",
        HelpName = "FOLDER",
    };

    public StoreOption(Command command) => command.Add(_directory);

    /// <summary>Opens the store; what it puts right by itself becomes a warning.</summary>
    public PackStore Open(ParseResult result, ToolConsole console) =>
        PackStore.Open(result.GetValue(_directory), warning => console.Warning(warning.Code, warning.Message));
}
