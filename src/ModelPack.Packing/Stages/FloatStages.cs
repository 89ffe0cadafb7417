using Microsoft.ML.OnnxRuntime;
using ModelPack.Packing.Architectures;
using ModelPack.Packing.Quantizing;

namespace ModelPack.Packing.Stages;

/// <summary>Opens stages of a decoder in float32, their weights copied into memory one stage at a time.</summary>
/// <param name="architecture">The decoder.</param>
/// <param name="rows">Gives the values of a weight.</param>
/// <param name="folder">Folder of the source.</param>
/// <param name="threads">Cores; 0 means all.</param>
internal sealed class FloatStages(DecoderArchitecture architecture, Func<DecoderWeight, IWeightRows> rows, string folder, int threads)
{
    /// <summary>Opens a stage; dispose it before the next one, or two stages are in memory.</summary>
    public StageSession Open(Stage stage)
    {
        DecoderGraphModel graph = DecoderGraph.Build(architecture, stage.Options, _ => new WeightStorage.Float32());
        using SessionOptions options = StageSession.Options(folder, threads);
        options.EnableCpuMemArena = false;
        // Packed copies of the weights would double the memory, and gain little beside the products themselves.
        options.AddSessionConfigEntry("session.disable_prepacking", "1");
        IReadOnlyList<NativeTensor> weights = StageWeights.Add(graph, rows, options, threads > 0 ? threads : Environment.ProcessorCount);
        return StageSession.Open(graph.Model, options, weights);
    }
}
