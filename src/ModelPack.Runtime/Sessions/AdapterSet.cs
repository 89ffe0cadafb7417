using Microsoft.ML.OnnxRuntime;

namespace ModelPack.Runtime.Sessions;

/// <summary>
/// The adapters of a packed folder: its <c>NAME.onnx_adapter</c> files, each read when it is first asked for. Thread-safe. Disposed when
/// nothing runs any more.
/// </summary>
internal sealed class AdapterSet : IDisposable
{
    private const string Extension = ".onnx_adapter";
    private readonly Dictionary<string, Lazy<LoadedAdapter>> _adapters;

    private AdapterSet(IEnumerable<string> files, string modelFile, IReadOnlyDictionary<string, NodeMetadata> inputs) => _adapters = files.ToDictionary(
        file => Path.GetFileNameWithoutExtension(file),
        file => new Lazy<LoadedAdapter>(() => LoadedAdapter.Load(file, modelFile, inputs)),
        StringComparer.Ordinal);

    /// <summary>Names in ordinal order.</summary>
    public IReadOnlyList<string> Names => [.. _adapters.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Finds the files beside a graph; reads none.</summary>
    /// <param name="session">The session of the graph.</param>
    /// <param name="modelFile">The graph's file.</param>
    public static AdapterSet Beside(InferenceSession session, string modelFile) =>
        new(Directory.EnumerateFiles(Path.GetDirectoryName(Path.GetFullPath(modelFile))!, "*" + Extension), modelFile, session.OverridableInitializerMetadata);

    /// <summary>The adapter of a name, read if it has not been.</summary>
    /// <param name="name">The name; null or empty: none.</param>
    /// <param name="model">Name of the model, for messages.</param>
    /// <exception cref="ModelPackException">MPK4312: there is none of that name; MPK4011: it does not fit the model; MPK112x: its file.</exception>
    public LoadedAdapter? Get(string? name, string model)
    {
        if (string.IsNullOrEmpty(name))
        {
            return null;
        }

        return _adapters.TryGetValue(name, out Lazy<LoadedAdapter>? adapter)
            ? adapter.Value
            : throw new ModelPackException(RuntimeErrors.UnknownAdapter, _adapters.Count == 0
                ? $"The request asks for the adapter '{name}', and {model} has none; pack it with Adapter and AdapterMode=\"separate\", or ask without an adapter."
                : $"The request asks for the adapter '{name}', and {model} has {string.Join(", ", Names)}; take one of these, or none.");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Lazy<LoadedAdapter> adapter in _adapters.Values)
        {
            if (adapter.IsValueCreated)
            {
                adapter.Value.Dispose();
            }
        }
    }
}
