using Microsoft.ML.OnnxRuntime;
using ModelPack.Formats.Onnx.Protobuf;
using ModelPack.Packing.Architectures;
using ModelPack.Packing.Writing;

namespace ModelPack.Packing.Stages;

/// <summary>Opens stages of a packed decoder as deployed, their weights in the written data file.</summary>
/// <param name="architecture">The decoder.</param>
/// <param name="storage">How each weight is stored.</param>
/// <param name="deployed">Options of the deployed graph.</param>
/// <param name="folder">Folder of the written model.</param>
/// <param name="layout">Where each part lies in the data file.</param>
/// <param name="threads">Cores; 0 means all.</param>
internal sealed class PackedStages(
    DecoderArchitecture architecture, Func<DecoderWeight, WeightStorage> storage, DecoderGraphOptions deployed, string folder, GraphLayout layout, int threads)
{
    /// <summary>Opens a stage.</summary>
    public StageSession Open(Stage stage)
    {
        DecoderGraphOptions options = stage.Options with { Target = deployed.Target, AccuracyLevel = deployed.AccuracyLevel, LowRankWeights = deployed.LowRankWeights };
        DecoderGraphModel graph = DecoderGraph.Build(architecture, options, storage);
        Dictionary<string, TensorProto> initializers = graph.Model.Graph.Initializer.ToDictionary(initializer => initializer.Name, StringComparer.Ordinal);
        foreach (GraphTensor tensor in graph.Tensors)
        {
            TensorProto initializer = initializers[tensor.InitializerName];
            initializer.ExternalData.Clear();
            initializer.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = layout.File });
            initializer.ExternalData.Add(new StringStringEntryProto { Key = "offset", Value = layout.Offsets[tensor.InitializerName].ToString() });
            initializer.ExternalData.Add(new StringStringEntryProto { Key = "length", Value = tensor.ByteLength.ToString() });
        }

        using SessionOptions session = StageSession.Options(folder, threads);
        return StageSession.Open(graph.Model, session, []);
    }
}
