using System.Text.RegularExpressions;
using ModelPack.Formats.Gguf;
using ModelPack.Formats.Numerics;
using ModelPack.Packing.Architectures;
using ModelPack.Packing.Quantizing;
using ModelPack.Quantization;
using ModelPack.Runtime.Tokenization;

namespace ModelPack.Packing.Sources.Gguf;

/// <summary>
/// A GGUF file, or a split one. Configuration, tokenizer and chat template are rebuilt from its metadata; weights are decoded as ggml decodes them, under their
/// published names and in the published order of rows.
/// </summary>
public sealed partial class GgufSource : ModelSource
{
    private static readonly Dictionary<GgufTensorType, ElementType> FloatTypes = new()
    {
        [GgufTensorType.F32] = ElementType.Float32,
        [GgufTensorType.F16] = ElementType.Float16,
        [GgufTensorType.BF16] = ElementType.BFloat16,
    };

    private readonly GgufModel _model;
    private readonly string _path;
    private readonly RebuiltFolder _rebuilt;
    private readonly Dictionary<string, GgufTensor> _tensors;
    private readonly bool _rotatesNeighbours;

    private GgufSource(GgufModel model, string path, RebuiltFolder rebuilt, DecoderArchitecture architecture, Dictionary<string, GgufTensor> tensors, bool rotatesNeighbours)
        : base(rebuilt.Path, NameOfModel(path, model.Files.Count), architecture, RebuiltFolder.Files, model.Files)
    {
        _model = model;
        _path = path;
        _rebuilt = rebuilt;
        _tensors = tensors;
        _rotatesNeighbours = rotatesNeighbours;
    }

    /// <inheritdoc/>
    public override string Kind => "gguf";

    /// <inheritdoc/>
    public override string Location => _path;

    /// <summary>Opens a file, or all shards of a split one.</summary>
    /// <param name="path">The file, or any of the shards.</param>
    /// <exception cref="ModelPackException">MPK15xx: not a GGUF file; MPK142x: what it holds is not understood; MPK12xx: it contradicts itself.</exception>
    public static new GgufSource Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        path = Path.GetFullPath(path);
        GgufModel model = GgufModel.Open(path);
        RebuiltFolder? rebuilt = null;
        try
        {
            var metadata = new GgufMetadata(path, model.Metadata);
            GgufArchitecture architecture = GgufArchitecture.Find(metadata);
            Dictionary<string, GgufTensor> tensors = Named(metadata, model);
            var configuration = new GgufConfiguration(
                metadata,
                architecture,
                GgufSizes.Read(metadata, architecture),
                GgufVocabulary.Read(metadata),
                model.Tensors.Select(tensor => tensor.Name).ToHashSet(StringComparer.Ordinal),
                Divisors(metadata, model));
            rebuilt = RebuiltFolder.Write(configuration);
            DecoderArchitecture decoder = Bind(configuration, rebuilt, tensors);
            return new GgufSource(model, path, rebuilt, decoder, tensors, architecture.RotatesNeighbours);
        }
        catch
        {
            rebuilt?.Dispose();
            model.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override string NameOf(string input) => Path.GetFileName(input);

    internal override IWeightRows Rows(DecoderWeight weight) => new GgufRows(weight, TensorOf(weight), TensorOf(weight).File, HeadRows(weight));

    internal override (string File, long Offset) PlaceOf(DecoderWeight weight) => (TensorOf(weight).File, TensorOf(weight).ByteOffset);

    internal override long BytesOf(DecoderWeight weight) => TensorOf(weight).ByteLength;

    internal override bool HasCodes => true;

    internal override QuantizationScheme? SchemeOf(DecoderWeight weight) => StoredCodes.SchemeOf(TensorOf(weight).Type);

    internal override QuantizedMatrix Codes(DecoderWeight weight, ParallelOptions parallel) =>
        StoredCodes.Read(weight, TensorOf(weight), TensorOf(weight).File, HeadRows(weight), parallel);

    /// <summary>The tensor that holds a weight.</summary>
    private GgufTensor TensorOf(DecoderWeight weight) => _tensors[weight.Tensor];

    /// <summary>Rows of a head whose rows are stored in another order; 0 where they are not.</summary>
    private int HeadRows(DecoderWeight weight)
    {
        bool turned = _rotatesNeighbours && (weight.Role is WeightRole.Query or WeightRole.Key
            || (weight.Role == WeightRole.Bias && weight.Name is var name && (name.EndsWith("q_proj.bias", StringComparison.Ordinal) || name.EndsWith("k_proj.bias", StringComparison.Ordinal))));
        return turned ? Architecture.HeadSize : 0;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _model.Dispose();
        _rebuilt.Dispose();
    }

    // Shards are called NAME-00001-of-00003.gguf.
    private static string NameOfModel(string path, int shards)
    {
        string name = Path.GetFileNameWithoutExtension(path);
        return shards > 1 ? Shard().Replace(name, "") : name;
    }

    private static Dictionary<string, GgufTensor> Named(GgufMetadata metadata, GgufModel model)
    {
        if (model.Tensors.Count == 0)
        {
            throw metadata.Error(SourceErrors.GgufTensor, "the file has no tensors, only a vocabulary; take the file with the model's weights");
        }

        var tensors = new Dictionary<string, GgufTensor>(StringComparer.Ordinal);
        foreach (GgufTensor tensor in model.Tensors.Where(tensor => tensor.Name != GgufRope.Divisors))
        {
            string name = GgufTensorNames.ToPublished(tensor.Name) ?? throw metadata.Error(
                SourceErrors.GgufTensor, $"tensor '{tensor.Name}' has no place in the models of this architecture that this version knows; take the model's Hugging Face folder");
            if (!tensor.CanDecode)
            {
                throw metadata.Error(
                    SourceErrors.GgufTensorType, $"tensor '{tensor.Name}' is stored as {tensor.Type}, which this version does not decode; take a file of another type, such as Q4_K_M or Q8_0");
            }

            tensors.Add(name, tensor);
        }

        return tensors;
    }

    private static float[]? Divisors(GgufMetadata metadata, GgufModel model)
    {
        GgufTensor? tensor = model.Tensors.FirstOrDefault(tensor => tensor.Name == GgufRope.Divisors);
        if (tensor is null)
        {
            return null;
        }

        if (tensor.Type != GgufTensorType.F32)
        {
            throw metadata.Error(SourceErrors.GgufTensorType, $"tensor '{tensor.Name}' is stored as {tensor.Type} where F32 belongs; convert the model again");
        }

        var divisors = new float[tensor.ElementCount];
        tensor.ReadFloat32(0, divisors);
        return divisors;
    }

    // What is wrong with the rebuilt files is wrong with the file that they come from; nobody can look into the temporary folder.
    private static DecoderArchitecture Bind(GgufConfiguration configuration, RebuiltFolder rebuilt, Dictionary<string, GgufTensor> tensors)
    {
        try
        {
            Dictionary<string, TensorShape> shapes = tensors.ToDictionary(
                tensor => tensor.Key, tensor => new TensorShape(FloatTypes.GetValueOrDefault(tensor.Value.Type, ElementType.Float32), tensor.Value.Shape), StringComparer.Ordinal);
            var architecture = DecoderArchitecture.Read(Path.Combine(rebuilt.Path, RebuiltFolder.Configuration), shapes);
            architecture.ConfigFile = configuration.Metadata.File;
            Tokenizer.Load(rebuilt.Path);
            return architecture;
        }
        catch (ModelPackException e)
        {
            throw new ModelPackException(e.Code, Translate(e.Message, configuration, rebuilt, tensors), e);
        }
    }

    private static string Translate(string message, GgufConfiguration configuration, RebuiltFolder rebuilt, Dictionary<string, GgufTensor> tensors)
    {
        message = message
            .Replace(Path.Combine(rebuilt.Path, RebuiltFolder.Configuration), configuration.Metadata.File, StringComparison.Ordinal)
            .Replace(rebuilt.Path + Path.DirectorySeparatorChar, configuration.Metadata.File + ": ", StringComparison.Ordinal)
            .Replace(rebuilt.Path, configuration.Metadata.File, StringComparison.Ordinal)
            .Replace(RebuiltFolder.Configuration, "the metadata", StringComparison.Ordinal);
        foreach ((string name, GgufTensor tensor) in tensors)
        {
            message = message.Replace(name, tensor.Name, StringComparison.Ordinal);
        }

        foreach ((string field, string key) in configuration.KeysOfFields)
        {
            message = Regex.Replace(message, $@"\b{field}\b", key);
        }

        return message;
    }

    [GeneratedRegex("-[0-9]{5}-of-[0-9]{5}$")]
    private static partial Regex Shard();
}
