using ModelPack.Packing.Architectures.Encoders;
using ModelPack.Packing.Architectures.Encoders.Graphs;
using ModelPack.Packing.Architectures.Encoders.Sentences;
using ModelPack.Packing.OnnxModels;
using ModelPack.Packing.OnnxModels.Samples;
using ModelPack.Packing.Recipes;
using ModelPack.Runtime.Tokenization;

namespace ModelPack.Packing.Sources;

/// <summary>A Hugging Face folder of an encoder: it becomes a float ONNX model and goes on as one.</summary>
public sealed class EncoderSource : OnnxModelSource
{
    private const string ConfigName = "config.json";
    private const string TokenizerName = "tokenizer.json";
    private const int EncoderBits = 8;

    // Bits of a weight that an override leaves as it is; other bits than 8 go with weights alone.
    private const int LeftAlone = 16;

    // Files that the packed folder carries unchanged, where the source has them. What sentence-transformers' files say is in the graph.
    private static readonly string[] Companions = [TokenizerName, "tokenizer_config.json", "special_tokens_map.json", ConfigName];

    private readonly EncoderFolder _encoder;
    private readonly CompletedFolder? _completed;
    private readonly Lazy<Tokenizer> _tokenizer;

    private EncoderSource(string folder, CompletedFolder? completed, EncoderFolder encoder, IReadOnlyList<string> copied, IReadOnlyList<string> inputs)
        : base(completed?.Path ?? folder, Path.GetFileName(folder), folder, copied, inputs)
    {
        _encoder = encoder;
        _completed = completed;
        _tokenizer = new Lazy<Tokenizer>(() => Tokenizer.Load(Path.Combine(Folder, TokenizerName)).WithoutLimits());
    }

    /// <inheritdoc/>
    public override string Kind => "huggingface";

    /// <inheritdoc/>
    public override string ModelType => _encoder.Architecture.Family.ModelType;

    /// <summary>True for a folder whose config.json names a family of encoders; whether the rest of it is right is not asked.</summary>
    public static bool IsEncoder(string path)
    {
        string config = Path.Combine(path, ConfigName);
        try
        {
            return File.Exists(config) && EncoderArchitecture.Knows(config);
        }
        catch (ModelPackException)
        {
            // Whoever opens the folder says what is wrong with its configuration.
            return false;
        }
    }

    /// <summary>Opens a folder.</summary>
    /// <exception cref="ModelPackException">MPK14xx: not a usable folder; MPK10xx and MPK12xx: its files; MPK41xx: an older form of a tokenizer that cannot be converted.</exception>
    public static EncoderSource Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        (CompletedFolder? completed, string[] copied, string[] inputs) = CompletedFolder.OfModel(folder, Companions);
        try
        {
            EncoderFolder encoder = EncoderFolder.Open(folder);
            IEnumerable<string> read = inputs.Concat(SentenceSettings.Files).Select(file => Path.Combine(folder, file)).Where(File.Exists);
            return new EncoderSource(folder, completed, encoder, copied, [.. read, .. encoder.Inputs]);
        }
        catch
        {
            completed?.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override string NameOf(string input) => Path.GetRelativePath(Location, input).Replace('\\', '/');

    /// <summary>
    /// 8 bits, and then activations in 8 bits too: with weights alone in 8 bits an encoder is hardly faster than in float32, and
    /// with 4 bits its embeddings move too far (docs/encoders.md). CUDA has no kernel for such products.
    /// </summary>
    internal override Recipe WithDefaults(Recipe recipe)
    {
        recipe = recipe.Bits is null ? recipe with { Bits = EncoderBits } : recipe;
        bool plain = recipe.Bits == EncoderBits && !recipe.MethodIsGiven && recipe.Target == PackTarget.Cpu && recipe.Overrides.All(rule => rule.Bits == LeftAlone);
        return plain ? recipe with { Method = QuantizationMethod.Dynamic } : recipe;
    }

    /// <inheritdoc/>
    internal override OnnxModel Describe(CancellationToken cancellation) => OnnxModel.Unwritten(_encoder.Graph().Model, Path.Combine(Folder, EncoderWriter.ModelName));

    /// <inheritdoc/>
    internal override OnnxModel Load(string workFolder, CancellationToken cancellation)
    {
        EncoderGraphModel graph = _encoder.Graph();
        return OnnxModel.Open(_encoder.Write(workFolder, graph, cancellation));
    }

    /// <inheritdoc/>
    internal override IReadOnlyList<string> SampleFiles(string calibration) => SampleTexts.IsText(calibration) ? [calibration] : base.SampleFiles(calibration);

    /// <inheritdoc/>
    internal override IReadOnlyList<SampleInput> ReadSamples(OnnxModel model, string calibration, int samples, int length) => SampleTexts.IsText(calibration)
        ? [.. SampleTexts.Read(calibration, samples).Select((text, index) => Sample(model, $"{calibration}, text {index + 1}", text, length))]
        : base.ReadSamples(model, calibration, samples, length);

    /// <summary>Sentences of several languages and lengths, all of them: random ids would say nothing of the activations that texts make.</summary>
    internal override IEnumerable<IReadOnlyList<SampleInput>> SyntheticSamples(OnnxModel model, int samples) =>
        [[.. SampleTexts.Sentences.Select((text, index) => Sample(model, $"text {index + 1}", text, _encoder.Architecture.MaxTokens))]];

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _encoder.Dispose();
        _completed?.Dispose();
        base.Dispose(disposing);
    }

    private SampleInput Sample(OnnxModel model, string name, string text, int length)
    {
        int most = Math.Min(length, Math.Min(_encoder.Architecture.MaxTokens, _encoder.Description?.SequenceLength ?? int.MaxValue));
        long[] ids = [.. _tokenizer.Value.Encode(text).Take(most).Select(id => (long)id)];
        if (Array.FindIndex(ids, id => id >= _encoder.Architecture.Sizes.Vocabulary) is var unknown and >= 0)
        {
            throw new ModelPackException(
                SourceErrors.TokenizerDoesNotFit, $"{Folder}: {TokenizerName} gives token id {ids[unknown]}, but vocab_size is {_encoder.Architecture.Sizes.Vocabulary}; the tokenizer belongs to another model.");
        }

        var tensors = new Dictionary<string, SampleTensor>(StringComparer.Ordinal);
        foreach (ModelInput input in ModelInput.Of(model))
        {
            long[] values = input.Name == EncoderGraph.InputIds ? ids : Array.ConvertAll(ids, _ => input.Name == EncoderGraph.AttentionMask ? 1L : 0L);
            tensors[input.Name] = SampleTensor.Of<long>([1, ids.Length], values);
        }

        return new SampleInput(name, tensors);
    }
}
