using System.CommandLine;
using ModelPack.Packing.Store;
using ModelPack.Tool.Rendering;

namespace ModelPack.Tool.CommandLine;

/// <summary>Options of commands that work for long or touch the store.</summary>
internal sealed class WorkOptions
{
    private readonly StoreOption _store;

    private readonly Option<int> _threads = new("--threads")
    {
        Description = "Threads to work with; all cores when absent. The result is the same with any number.",
        HelpName = "N",
    };

    public WorkOptions(Command command)
    {
        _threads.Validators.Add(Validation.Between(1, 1024));
        command.Add(_threads);
        _store = new StoreOption(command);
    }

    /// <summary>Threads asked for; 0: all cores.</summary>
    public int Threads(ParseResult result) => result.GetValue(_threads);

    /// <summary>Opens the store that is meant.</summary>
    public PackStore Open(ParseResult result, ToolConsole console) => _store.Open(result, console);
}
