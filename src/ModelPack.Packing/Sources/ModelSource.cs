using ModelPack.Formats.Numerics;
using ModelPack.Packing.Architectures;
using ModelPack.Packing.Quantizing;
using ModelPack.Packing.Sources.Gguf;
using ModelPack.Quantization;

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

    /// <summary>Full path of what the user pointed at, for messages.</summary>
    public virtual string Location => Folder;

    /// <summary>Opens a Hugging Face folder or a GGUF file.</summary>
    /// <exception cref="ModelPackException">MPK14xx: nothing that can be packed; MPK10xx, MPK12xx and MPK15xx: its files.</exception>
    public static ModelSource Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return IsGguf(path) ? GgufSource.Open(path) : HuggingFaceSource.Open(path);
    }

    /// <summary>True for the path of a GGUF file, by its name.</summary>
    public static bool IsGguf(string path) => Path.GetExtension(path).Equals(".gguf", StringComparison.OrdinalIgnoreCase) && !Directory.Exists(path);

    /// <summary>Name of an input in the manifest: relative to the source, with forward slashes.</summary>
    public abstract string NameOf(string input);

    /// <summary>The values of a weight.</summary>
    internal abstract IWeightRows Rows(DecoderWeight weight);

    /// <summary>The input that holds a weight, and the first byte of its tensor in that file.</summary>
    internal abstract (string File, long Offset) PlaceOf(DecoderWeight weight);

    /// <summary>True when the source has decided how its weights are stored, which holds unless the settings ask for something else.</summary>
    internal virtual bool HasCodes => false;

    /// <summary>The scheme that keeps the codes of a weight; null: it is not quantized.</summary>
    internal virtual QuantizationScheme? SchemeOf(DecoderWeight weight) => null;

    /// <summary>A quantized weight with the codes that the source has.</summary>
    /// <param name="weight">A weight that has a scheme.</param>
    /// <param name="parallel">Cores and cancellation.</param>
    internal virtual QuantizedMatrix Codes(DecoderWeight weight, ParallelOptions parallel) => throw new NotSupportedException($"{Location} has no codes of {weight.Name}.");

    /// <summary>True when an adapter has changed a weight from what its file holds.</summary>
    internal virtual bool IsMerged(DecoderWeight weight) => false;

    /// <summary>Bytes that the source stores of a weight.</summary>
    internal virtual long BytesOf(DecoderWeight weight) => weight.ElementCount * ElementTypes.SizeInBytes(weight.SourceType);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes the weights.</summary>
    protected abstract void Dispose(bool disposing);
}
