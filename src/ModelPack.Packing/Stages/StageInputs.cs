using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using ModelPack.Packing.Architectures;

namespace ModelPack.Packing.Stages;

/// <summary>Inputs of a decoder graph, or of a stage of one, for a sequence without a past and without padding.</summary>
internal static class StageInputs
{
    private const string PositionIds = "position_ids";

    /// <summary>Makes the value of one input.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="metadata">Its type and shape.</param>
    /// <param name="ids">Token ids of the sequence.</param>
    /// <param name="hidden">Hidden states [tokens, hidden] that enter a stage; empty for a stage with the embedding.</param>
    /// <returns>The value, which belongs to the caller; null when a decoder has no such input.</returns>
    public static OrtValue? Create(string name, NodeMetadata metadata, long[] ids, float[] hidden)
    {
        long[] row = [1, ids.Length];
        return name switch
        {
            DecoderGraph.InputIds => OrtValue.CreateTensorValueFromMemory(ids, row),
            DecoderGraph.AttentionMask => OrtValue.CreateTensorValueFromMemory(Enumerable.Repeat(1L, ids.Length).ToArray(), row),
            PositionIds => OrtValue.CreateTensorValueFromMemory(Enumerable.Range(0, ids.Length).Select(i => (long)i).ToArray(), row),
            DecoderGraph.HiddenInput => Tensor(metadata.ElementDataType, hidden, [1, ids.Length, hidden.Length / ids.Length]),
            _ when metadata.Dimensions is [_, > 0, _, > 0] => Tensor(metadata.ElementDataType, [], [1, metadata.Dimensions[1], 0, metadata.Dimensions[3]]),
            _ when metadata.Dimensions is [_, > 0, > 0] => Tensor(metadata.ElementDataType, new float[metadata.Dimensions[1] * metadata.Dimensions[2]], [1, metadata.Dimensions[1], metadata.Dimensions[2]]),
            _ => null,
        };
    }

    private static OrtValue Tensor(TensorElementType type, float[] values, long[] shape) => type == TensorElementType.Float16
        ? OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(values, value => (Float16)value), shape)
        : OrtValue.CreateTensorValueFromMemory(values, shape);
}
