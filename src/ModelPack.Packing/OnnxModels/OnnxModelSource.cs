using ModelPack.Packing.OnnxModels.Samples;
using ModelPack.Packing.Recipes;

namespace ModelPack.Packing.OnnxModels;

/// <summary>
/// What the road of ONNX models takes: an .onnx file, or something that can be written as one. Opening validates everything that can
/// be known without reading weights. Dispose it. Thread-safe.
/// </summary>
public abstract class OnnxModelSource : IDisposable
{
    private protected OnnxModelSource(string folder, string name, string location, IReadOnlyList<string> copied, IReadOnlyList<string> inputs)
    {
        Folder = folder;
        Name = name;
        Location = location;
        CopiedFiles = copied;
        Inputs = inputs;
    }

    /// <summary>What kind of source it is, as modelpack.json says it: onnx, huggingface.</summary>
    public abstract string Kind { get; }

    /// <summary>What the model calls itself, for the manifest: model_type of config.json, or the name of the file's graph.</summary>
    public abstract string ModelType { get; }

    /// <summary>Full path of the folder that holds the source and <see cref="CopiedFiles"/>.</summary>
    public string Folder { get; }

    /// <summary>Name of the model where the settings give none.</summary>
    public string Name { get; }

    /// <summary>Full path of what the user pointed at, for messages.</summary>
    public string Location { get; }

    /// <summary>Paths below <see cref="Folder"/>, with forward slashes, of files that the packed folder carries unchanged, in a fixed order.</summary>
    public IReadOnlyList<string> CopiedFiles { get; }

    /// <summary>Full paths of every file that the result depends on, in a fixed order.</summary>
    public IReadOnlyList<string> Inputs { get; }

    /// <summary>Name of an input in the manifest: relative to the source, with forward slashes.</summary>
    public virtual string NameOf(string input) => Path.GetRelativePath(Folder, input).Replace('\\', '/');

    /// <summary>The recipe with the values that settings which were not given have for this kind of source.</summary>
    internal virtual Recipe WithDefaults(Recipe recipe) => recipe.WithBits();

    /// <summary>The model in memory, for planning: every weight by name and shape. Called before anything may be written.</summary>
    /// <exception cref="ModelPackException">The files are no such model.</exception>
    internal abstract OnnxModel Describe(CancellationToken cancellation);

    /// <summary>The model as a file. A source that is no file writes model.onnx and model.onnx.data in float32 into the work folder and opens that.</summary>
    /// <param name="workFolder">An empty folder that is thrown away afterwards.</param>
    /// <param name="cancellation">Stops between weights.</param>
    /// <exception cref="ModelPackException">The files are no such model, or a weight is no number.</exception>
    internal abstract OnnxModel Load(string workFolder, CancellationToken cancellation);

    /// <summary>Full paths of the files that a Calibration path stands for, in a fixed order; they decide the result.</summary>
    /// <exception cref="ModelPackException">MPK165x: there is nothing of that kind.</exception>
    internal virtual IReadOnlyList<string> SampleFiles(string calibration) => SampleFolder.Files(calibration);

    /// <summary>The samples in a Calibration path: .npy and .json by input name; a text through the tokenizer for models that have one.</summary>
    /// <param name="model">The model; its inputs decide what fits.</param>
    /// <param name="calibration">Full path of a folder or a file.</param>
    /// <param name="samples">Most samples that are used.</param>
    /// <param name="length">Most tokens of a sample that is text.</param>
    /// <exception cref="ModelPackException">MPK165x: a file is no sample, or does not fit the model's inputs.</exception>
    internal virtual IReadOnlyList<SampleInput> ReadSamples(OnnxModel model, string calibration, int samples, int length) => SampleFolder.Read(model, calibration, samples);

    /// <summary>
    /// Sets of samples from a fixed seed, of the types and shapes that the model's inputs have; sizes that the model leaves open differ from set
    /// to set, and the first one that it runs on is used.
    /// </summary>
    internal virtual IEnumerable<IReadOnlyList<SampleInput>> SyntheticSamples(OnnxModel model, int samples) => SyntheticInputs.OpenSizes.Select(size => SyntheticInputs.Make(model, samples, size));

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes what is open.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }
}
