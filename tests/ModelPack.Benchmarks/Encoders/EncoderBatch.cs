using Microsoft.ML.OnnxRuntime;

namespace ModelPack.Benchmarks.Encoders;

/// <summary>Texts that are run together, as inputs of ONNX Runtime.</summary>
internal sealed class EncoderBatch : IDisposable
{
    private readonly Dictionary<string, OrtValue> _values;

    public EncoderBatch(IReadOnlyList<int[]> texts)
    {
        Texts = texts;
        int length = texts.Max(text => text.Length);
        long[] ids = new long[texts.Count * length], mask = new long[ids.Length];
        for (int row = 0; row < texts.Count; row++)
        {
            for (int i = 0; i < texts[row].Length; i++)
            {
                ids[(row * length) + i] = texts[row][i];
                mask[(row * length) + i] = 1;
            }
        }

        long[] shape = [texts.Count, length];
        _values = new Dictionary<string, OrtValue>
        {
            ["input_ids"] = OrtValue.CreateTensorValueFromMemory(ids, shape),
            ["attention_mask"] = OrtValue.CreateTensorValueFromMemory(mask, shape),
            ["token_type_ids"] = OrtValue.CreateTensorValueFromMemory(new long[ids.Length], shape),
        };
    }

    public IReadOnlyList<int[]> Texts { get; }

    /// <summary>Values in the order of a session's inputs.</summary>
    public IReadOnlyCollection<OrtValue> Values(InferenceSession session) => [.. session.InputNames.Select(name => _values[name])];

    public void Dispose()
    {
        foreach (OrtValue value in _values.Values)
        {
            value.Dispose();
        }
    }
}
