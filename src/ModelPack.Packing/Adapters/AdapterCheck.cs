using Microsoft.ML.OnnxRuntime;
using ModelPack.Formats.OrtAdapters;
using ModelPack.Packing.Architectures;
using ModelPack.Packing.Planning;
using ModelPack.Packing.Stages;
using ModelPack.Packing.Verification;
using ModelPack.Packing.Writing;

namespace ModelPack.Packing.Adapters;

/// <summary>
/// Sends a short text through the packed model with an adapter's file switched on, and through the source with the adapter merged in float32,
/// stage by stage.
/// </summary>
internal static class AdapterCheck
{
    /// <summary>Runs both.</summary>
    /// <param name="job">What is packed.</param>
    /// <param name="adapter">One of its separate adapters, whose file has been written.</param>
    /// <param name="ids">Token ids of the text.</param>
    /// <param name="folder">The packed folder.</param>
    /// <param name="layout">Where each part lies in the data file.</param>
    /// <param name="cancellation">Checked between stages.</param>
    /// <exception cref="ModelPackException">MPK2004: a logit is no number.</exception>
    public static LogitDifference Run(PackJob job, BoundAdapter adapter, long[] ids, string folder, GraphLayout layout, CancellationToken cancellation)
    {
        DecoderArchitecture architecture = job.Source.Architecture;
        var merged = new FloatStages(architecture, weight => adapter.Merged(weight, job.Source.Rows(weight)), folder, job.Threads);
        var packed = new PackedStages(architecture, job.StorageOf, job.GraphOptions, folder, layout, job.Threads);
        Dictionary<string, OrtValue> factors = Read(Path.Combine(folder, AdapterFile.NameOf(adapter)));
        float[] expected = [], actual = [];
        try
        {
            foreach (Stage stage in Stage.Of(architecture))
            {
                cancellation.ThrowIfCancellationRequested();
                using (StageSession session = merged.Open(stage))
                {
                    expected = session.Run(ids, expected);
                }

                using StageSession deployed = packed.Open(stage);
                actual = deployed.Run(ids, actual, factors);
            }
        }
        finally
        {
            foreach (OrtValue value in factors.Values)
            {
                value.Dispose();
            }
        }

        return LogitJudgement.Require(architecture, expected, actual, double.PositiveInfinity, $"adapter {adapter.Name}");
    }

    private static Dictionary<string, OrtValue> Read(string path)
    {
        using OrtAdapterFile file = OrtAdapterFile.Open(path);
        var values = new Dictionary<string, OrtValue>(StringComparer.Ordinal);
        for (int i = 0; i < file.Parameters.Count; i++)
        {
            OrtAdapterParameter parameter = file.Parameters[i];
            OrtValue value = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, (Microsoft.ML.OnnxRuntime.Tensors.TensorElementType)(int)parameter.Type, [.. parameter.Dims]);
            values.Add(parameter.Name, value);
            file.Read(i, value.GetTensorMutableRawData());
        }

        return values;
    }
}
