using System.Text.RegularExpressions;
using ModelPack.Formats.Gguf;
using ModelPack.Formats.Numerics;
using ModelPack.Packing.Architectures;
using ModelPack.Packing.Architectures.Families;
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
    private readonly Dictionary<string, StoredPart> _parts;

    private GgufSource(GgufModel model, string path, RebuiltFolder rebuilt, DecoderArchitecture architecture, Dictionary<string, StoredPart> parts)
        : base(rebuilt.Path, NameOfModel(path, model.Files.Count), architecture, RebuiltFolder.Files, model.Files)
    {
        _model = model;
        _path = path;
        _rebuilt = rebuilt;
        _parts = parts;
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
            if (model.Tensors.Count == 0)
            {
                throw metadata.Error(SourceErrors.GgufTensor, "the file has no tensors, only a vocabulary; take the file with the model's weights");
            }

            var configuration = new GgufConfiguration(
                metadata,
                architecture,
                GgufSizes.Read(metadata, architecture),
                GgufVocabulary.Read(metadata),
                model.Tensors.Select(tensor => tensor.Name).ToHashSet(StringComparer.Ordinal),
                new RopeDivisors(metadata, model));
            rebuilt = RebuiltFolder.Write(configuration);
            (DecoderArchitecture decoder, Dictionary<string, StoredPart> parts) = Bind(configuration, rebuilt, model);
            return new GgufSource(model, path, rebuilt, decoder, parts);
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

    internal override IWeightRows Rows(DecoderWeight weight) => new GgufRows(weight, PartOf(weight));

    internal override (string File, long Offset) PlaceOf(DecoderWeight weight) => (PartOf(weight).Tensor.File, PartOf(weight).Tensor.ByteOffset + PartOf(weight).FirstByte);

    internal override long BytesOf(DecoderWeight weight) => PartOf(weight).ByteLength;

    internal override bool HasCodes => true;

    internal override QuantizationScheme? SchemeOf(DecoderWeight weight) => StoredCodes.SchemeOf(PartOf(weight).Tensor.Type);

    internal override QuantizedMatrix Codes(DecoderWeight weight, ParallelOptions parallel) => StoredCodes.Read(weight, PartOf(weight), parallel);

    /// <summary>Where a weight lies.</summary>
    private StoredPart PartOf(DecoderWeight weight) => _parts[weight.Tensor];

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

    // What is wrong with the rebuilt files is wrong with the file that they come from; nobody can look into the temporary folder.
    private static (DecoderArchitecture Architecture, Dictionary<string, StoredPart> Parts) Bind(GgufConfiguration configuration, RebuiltFolder rebuilt, GgufModel model)
    {
        Dictionary<string, StoredPart> parts = [];
        try
        {
            var architecture = DecoderArchitecture.Read(Path.Combine(rebuilt.Path, RebuiltFolder.Configuration), SeparateLayout.Of, decoder =>
            {
                parts = StoredParts.Of(configuration.Metadata, model, configuration.Architecture.Stored, decoder, configuration.Sizes.Experts);
                return parts.ToDictionary(part => part.Key, part => new TensorShape(FloatTypes.GetValueOrDefault(part.Value.Tensor.Type, ElementType.Float32), part.Value.Shape), StringComparer.Ordinal);
            });
            architecture.ConfigFile = configuration.Metadata.File;
            Tokenizer.Load(rebuilt.Path);
            return (architecture, parts);
        }
        catch (ModelPackException e)
        {
            throw new ModelPackException(e.Code, Translate(e.Message, configuration, rebuilt, parts), e);
        }
    }

    private static string Translate(string message, GgufConfiguration configuration, RebuiltFolder rebuilt, Dictionary<string, StoredPart> parts)
    {
        message = message
            .Replace(Path.Combine(rebuilt.Path, RebuiltFolder.Configuration), configuration.Metadata.File, StringComparison.Ordinal)
            .Replace(rebuilt.Path + Path.DirectorySeparatorChar, configuration.Metadata.File + ": ", StringComparison.Ordinal)
            .Replace(rebuilt.Path, configuration.Metadata.File, StringComparison.Ordinal)
            .Replace(RebuiltFolder.Configuration, "the metadata", StringComparison.Ordinal);
        foreach ((string name, StoredPart part) in parts)
        {
            message = message.Replace(name, part.Tensor.Name, StringComparison.Ordinal);
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
