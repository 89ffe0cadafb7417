using ModelPack.Formats.Onnx.Protobuf;
using ModelPack.Formats.Safetensors;
using ModelPack.Packing.Architectures.Encoders.Graphs;
using ModelPack.Packing.Architectures.Encoders.Sentences;
using ModelPack.Runtime.Embeddings;

namespace ModelPack.Packing.Architectures.Encoders;

/// <summary>
/// An opened Hugging Face folder of an encoder: configuration, weights, and the files of sentence-transformers. Opening validates
/// everything that can be known without reading weights. Dispose it. Thread-safe.
/// </summary>
internal sealed class EncoderFolder : IDisposable
{
    private readonly SafetensorsCheckpoint _checkpoint;
    private readonly SentenceFolder _sentence;

    private EncoderFolder(string folder, EncoderArchitecture architecture, SafetensorsCheckpoint checkpoint, SentenceFolder sentence)
    {
        Architecture = architecture;
        Description = sentence.Pooling is { } pooling ? SentenceSettings.Read(folder, architecture, pooling) : null;
        _checkpoint = checkpoint;
        _sentence = sentence;
    }

    public EncoderArchitecture Architecture { get; }

    /// <summary>How states become an embedding; null: the folder does not say.</summary>
    public SentencePooling? Pooling => _sentence.Pooling;

    /// <summary>What the graph says about its embeddings; null: it gives none.</summary>
    public EmbeddingDescription? Description { get; }

    /// <summary>Full paths of the weights and of the files that say how states become embeddings.</summary>
    public IReadOnlyList<string> Inputs => [.. _checkpoint.Files, .. _sentence.Inputs];

    /// <summary>Opens a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="configName">Name of its configuration.</param>
    /// <exception cref="ModelPackException">MPK10xx, MPK12xx: a file and what is wrong with it.</exception>
    public static EncoderFolder Open(string folder, string configName = "config.json")
    {
        SafetensorsCheckpoint checkpoint = SafetensorsCheckpoint.Open(folder);
        try
        {
            Dictionary<string, TensorShape> tensors = checkpoint.Tensors.ToDictionary(t => t.Key, t => new TensorShape(t.Value.Type, t.Value.Shape), StringComparer.Ordinal);
            EncoderArchitecture architecture = EncoderArchitecture.Read(Path.Combine(folder, configName), tensors);
            SentenceFolder sentence = SentenceFolder.Read(folder, architecture.Sizes.Hidden);
            return new EncoderFolder(folder, architecture, checkpoint, sentence);
        }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
    }

    /// <summary>The graph that is packed.</summary>
    /// <param name="everyState">The states between layers and all heads are outputs too; for tests.</param>
    public EncoderGraphModel Graph(bool everyState = false)
    {
        EncoderGraphModel graph = EncoderGraph.Build(Architecture, Pooling, everyState);
        if (Description is not null)
        {
            graph.Model.MetadataProps.Add(new StringStringEntryProto { Key = EmbeddingDescription.MetadataKey, Value = Description.ToJson() });
        }

        return graph;
    }

    /// <summary>Writes the graph with its weights in float32 and returns the path of model.onnx.</summary>
    /// <exception cref="ModelPackException">MPK1406: a weight is no number; MPK1101, MPK3060: no space.</exception>
    public string Write(string folder, EncoderGraphModel graph, CancellationToken cancellation = default) => EncoderWriter.Write(
        folder, graph, weight => _sentence.Tensors.TryGetValue(weight.Tensor, out SafetensorsTensor? own) ? own : _checkpoint.Tensors[weight.Tensor], cancellation);

    public void Dispose()
    {
        _checkpoint.Dispose();
        _sentence.Dispose();
    }
}
