using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using ModelPack.Formats.Onnx.Protobuf;
using ModelPack.Packing.Architectures;

namespace ModelPack.Packing.Verification;

/// <summary>Runs one stage of a decoder in ONNX Runtime on one sequence, without a past.</summary>
internal static class StageRun
{
    /// <summary>Runs a stage.</summary>
    /// <param name="architecture">The decoder.</param>
    /// <param name="graph">The stage's graph, its external initializers placed.</param>
    /// <param name="session">Settings; initializers that are not in a file have been added. Belongs to the caller.</param>
    /// <param name="ids">Token ids of the sequence.</param>
    /// <param name="hidden">Hidden states [tokens, hidden] that enter the stage; not used by a stage with the embedding.</param>
    /// <returns>Hidden states, or logits [tokens, vocabulary].</returns>
    public static float[] Run(DecoderArchitecture architecture, ModelProto graph, SessionOptions session, long[] ids, float[] hidden)
    {
        using var inference = new InferenceSession(graph.ToByteArray(), session);
        return Run(architecture, inference, ids, hidden);
    }

    /// <summary>Runs an opened model or stage.</summary>
    public static float[] Run(DecoderArchitecture architecture, InferenceSession inference, long[] ids, float[] hidden)
    {
        var names = new List<string>();
        var values = new List<OrtValue>();
        try
        {
            foreach ((string name, NodeMetadata metadata) in inference.InputMetadata)
            {
                names.Add(name);
                values.Add(Input(architecture, name, metadata.ElementDataType, ids, hidden));
            }

            string output = inference.OutputMetadata.ContainsKey(DecoderGraph.Logits) ? DecoderGraph.Logits : DecoderGraph.HiddenOutput;
            using var run = new RunOptions();
            using IDisposableReadOnlyCollection<OrtValue> results = inference.Run(run, names, values, [output]);
            return Floats(results[0]);
        }
        finally
        {
            values.ForEach(value => value.Dispose());
        }
    }

    private static OrtValue Input(DecoderArchitecture architecture, string name, TensorElementType type, long[] ids, float[] hidden) => name switch
    {
        DecoderGraph.InputIds => OrtValue.CreateTensorValueFromMemory(ids, [1, ids.Length]),
        DecoderGraph.AttentionMask => OrtValue.CreateTensorValueFromMemory(Enumerable.Repeat(1L, ids.Length).ToArray(), [1, ids.Length]),
        DecoderGraph.HiddenInput => Tensor(type, hidden, [1, ids.Length, architecture.HiddenSize]),
        _ => Tensor(type, [], [1, architecture.KvHeads, 0, architecture.CacheHeadSize]),
    };

    private static OrtValue Tensor(TensorElementType type, float[] values, long[] shape) => type == TensorElementType.Float16
        ? OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(values, value => (Float16)value), shape)
        : OrtValue.CreateTensorValueFromMemory(values, shape);

    private static float[] Floats(OrtValue value) => value.GetTensorTypeAndShape().ElementDataType == TensorElementType.Float16
        ? Array.ConvertAll(value.GetTensorDataAsSpan<Float16>().ToArray(), half => (float)half)
        : value.GetTensorDataAsSpan<float>().ToArray();
}
