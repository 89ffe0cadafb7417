using System.CommandLine;
using ModelPack.Packing;
using ModelPack.Packing.Recipes;
using ModelPack.Packing.Sources;
using ModelPack.Packing.Store;
using ModelPack.Tool.Rendering;

namespace ModelPack.Tool.CommandLine;

/// <summary>The model that eval and run open: a packed folder, or a GGUF file, whose weights are then taken over into the store as they are.</summary>
internal sealed class PackedArgument
{
    private readonly Argument<string> _path = new("PACKED")
    {
        Description = "A packed folder (model.onnx, genai_config.json and tokenizer files), or a .gguf file, which is taken over into the store first.",
    };

    private readonly StoreOption _store;

    public PackedArgument(Command command)
    {
        command.Add(_path);
        _store = new StoreOption(command);
    }

    /// <summary>The packed folder.</summary>
    /// <exception cref="ModelPackException">A GGUF file cannot be taken over.</exception>
    public async Task<string> FolderAsync(ParseResult result, ToolConsole console, CancellationToken cancellation)
    {
        string path = result.GetRequiredValue(_path);
        if (!ModelSource.IsGguf(path))
        {
            return path;
        }

        using PackStore store = _store.Open(result, console);
        var request = new PackRequest(path, Recipe.Default, store) { Waiting = console.Message, Warning = console.Warning };
        if (Packer.Plan(request, cancellation) is { Cached: true } plan)
        {
            return plan.Folder;
        }

        PackResult packed = await WorkDisplay
            .RunAsync(console, WorkUnit.Bytes, progress => Packer.PackAsync(request, PackSteps.To(progress), cancellation))
            .ConfigureAwait(false);
        return packed.Folder;
    }
}
