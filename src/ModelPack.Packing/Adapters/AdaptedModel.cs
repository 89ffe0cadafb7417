using ModelPack.Packing.Recipes;
using ModelPack.Packing.Sources;

namespace ModelPack.Packing.Adapters;

/// <summary>A source with the adapters of a recipe: one merged into it, or any number beside it. Owns all of them; dispose it.</summary>
internal sealed class AdaptedModel : IDisposable
{
    private AdaptedModel(ModelSource source, IReadOnlyList<BoundAdapter> adapters, AdapterMode mode)
    {
        Source = source;
        Adapters = adapters;
        Mode = mode;
    }

    /// <summary>The source, with a merged adapter in its weights.</summary>
    public ModelSource Source { get; }

    /// <summary>The adapters in the recipe's order.</summary>
    public IReadOnlyList<BoundAdapter> Adapters { get; }

    /// <summary>What becomes of them.</summary>
    public AdapterMode Mode { get; }

    /// <summary>Full paths of the adapters' files.</summary>
    public IEnumerable<string> Files => Adapters.SelectMany(adapter => adapter.Folder.Files);

    /// <summary>Opens a source and the adapters that a recipe names.</summary>
    /// <exception cref="ModelPackException">The source cannot be packed; MPK125x: an adapter cannot.</exception>
    public static AdaptedModel Open(string path, Recipe recipe)
    {
        ModelSource source = ModelSource.Open(path);
        var adapters = new List<BoundAdapter>();
        try
        {
            if (recipe.Adapters.Count == 0)
            {
                return new AdaptedModel(source, [], recipe.AdapterMode);
            }

            if (source is not HuggingFaceSource model)
            {
                throw new ModelPackException(AdapterErrors.BaseNotAFolder, $"{source.Location}: Adapter is for models of Hugging Face folders, whose weights have the names that adapters use; point Include at that folder.");
            }

            foreach (string folder in recipe.Adapters)
            {
                adapters.Add(BoundAdapter.Open(folder, model));
            }

            RequireSeparable(adapters, recipe.AdapterMode);
            return new AdaptedModel(recipe.AdapterMode == AdapterMode.Merge ? new MergedSource(model, adapters[0]) : source, adapters, recipe.AdapterMode);
        }
        catch
        {
            adapters.ForEach(adapter => adapter.Dispose());
            source.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Source.Dispose();
        foreach (BoundAdapter adapter in Adapters)
        {
            adapter.Dispose();
        }
    }

    private static void RequireSeparable(List<BoundAdapter> adapters, AdapterMode mode)
    {
        if (mode == AdapterMode.Merge)
        {
            return;
        }

        if (adapters.GroupBy(adapter => adapter.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new ModelPackException(AdapterErrors.SameName, $"{string.Join(" and ", twice.Select(adapter => adapter.Folder.Folder))} have one name, by which requests would switch them on; rename one of the folders.");
        }

        foreach (BoundAdapter adapter in adapters)
        {
            if (adapter.NotLowRank is { } other)
            {
                throw new ModelPackException(AdapterErrors.NotSeparable, $"{adapter.Folder.Folder}: {other.Tensor} changes {other.Kind}, and only linear layers can be switched at run time; leave AdapterMode out, so that the adapter is merged.");
            }

            if (adapter.Name.AsSpan().IndexOfAny(Path.GetInvalidFileNameChars()) >= 0 || adapter.Name.Length == 0)
            {
                throw new ModelPackException(AdapterErrors.SameName, $"{adapter.Folder.Folder} has no name that a file can have; give the adapter a folder of its own.");
            }
        }
    }
}
