using ModelPack.Packing.Architectures;
using ModelPack.Packing.Quantizing;

namespace ModelPack.Packing.Sources;

/// <summary>
/// An opened model that can be packed: architecture, weights and the files that travel with them. Opening validates everything
/// that can be known without reading weights. Owns the memory maps of the weights; dispose it. Thread-safe.
/// </summary>
public abstract class ModelSource : IDisposable
{
    private protected ModelSource(string folder, string name, DecoderArchitecture architecture, IReadOnlyList<string> copied, IReadOnlyList<string> inputs)
    {
        Folder = folder;
        Name = name;
        Architecture = architecture;
        CopiedFiles = copied;
        Inputs = inputs;
    }

    /// <summary>What kind of source it is, as modelpack.json says it.</summary>
    public abstract string Kind { get; }

    /// <summary>Full path of the folder that holds tokenizer, chat template and configuration.</summary>
    public string Folder { get; }

    /// <summary>Name of the model where the settings give none.</summary>
    public string Name { get; }

    /// <summary>The decoder.</summary>
    public DecoderArchitecture Architecture { get; }

    /// <summary>Names of the files in <see cref="Folder"/> that the packed folder carries unchanged, in a fixed order.</summary>
    public IReadOnlyList<string> CopiedFiles { get; }

    /// <summary>Full paths of every file that the result depends on, in a fixed order.</summary>
    public IReadOnlyList<string> Inputs { get; }

    /// <summary>Opens a Hugging Face folder.</summary>
    /// <exception cref="ModelPackException">MPK14xx: nothing that can be packed; MPK10xx and MPK12xx: its files.</exception>
    public static ModelSource Open(string path) => HuggingFaceSource.Open(path);

    /// <summary>Name of an input in the manifest: relative to the source, with forward slashes.</summary>
    public abstract string NameOf(string input);

    /// <summary>The values of a weight.</summary>
    internal abstract IWeightRows Rows(DecoderWeight weight);

    /// <summary>The input that holds a weight, and the first byte of its tensor in that file.</summary>
    internal abstract (string File, long Offset) PlaceOf(DecoderWeight weight);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes the weights.</summary>
    protected abstract void Dispose(bool disposing);
}
