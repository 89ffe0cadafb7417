using Microsoft.ML.OnnxRuntime;
using ModelPack.Runtime.Sessions;

namespace ModelPack.Runtime.Embeddings;

/// <summary>Runs the graph of an encoder over batches of token ids. Thread-safe: runs share weights and threads, nothing else. The graph belongs to the caller.</summary>
internal sealed class EncoderSession
{
    private const string InputIds = "input_ids";
    private const string AttentionMask = "attention_mask";
    private const string TokenTypeIds = "token_type_ids";

    private readonly GraphSession _graph;
    private readonly string[] _inputs;
    private readonly string[] _outputs;
    private readonly int _padding;
    private readonly int _dimensions;

    /// <summary>Checks that the graph has the inputs and the output that its description tells.</summary>
    /// <exception cref="ModelPackException">MPK4005: it has not.</exception>
    public EncoderSession(GraphSession graph, EmbeddingDescription description)
    {
        InferenceSession session = graph.Native;
        _graph = graph;
        _inputs = [.. session.InputNames];
        _outputs = [description.Output];
        _padding = description.PadTokenId;
        _dimensions = description.Dimensions;
        string[] unknown = [.. _inputs.Except([InputIds, AttentionMask, TokenTypeIds])];
        if (unknown.Length > 0 || !_inputs.Contains(InputIds) || !_inputs.Contains(AttentionMask) || !session.OutputNames.Contains(description.Output))
        {
            throw new ModelPackException(
                RuntimeErrors.GraphMismatch,
                $"{graph.File} has the inputs {string.Join(", ", _inputs)} and the outputs {string.Join(", ", session.OutputNames)}, where an encoder has {InputIds}, {AttentionMask}, for some {TokenTypeIds}, and {description.Output}; pack the model again.");
        }
    }

    /// <summary>Embeds a batch.</summary>
    /// <param name="texts">Token ids of each text; at least one.</param>
    /// <param name="cancellation">Ends the run.</param>
    /// <returns>One vector a text.</returns>
    /// <exception cref="ModelPackException">MPK4009: ONNX Runtime failed.</exception>
    public float[][] Run(IReadOnlyList<int[]> texts, CancellationToken cancellation)
    {
        int length = texts.Max(text => text.Length);
        long[] shape = [texts.Count, length];
        long[] ids = new long[texts.Count * length], mask = new long[ids.Length];
        Array.Fill(ids, _padding);
        for (int row = 0; row < texts.Count; row++)
        {
            for (int i = 0; i < texts[row].Length; i++)
            {
                ids[(row * length) + i] = texts[row][i];
                mask[(row * length) + i] = 1;
            }
        }

        var values = new OrtValue[_inputs.Length];
        using GraphSession.Share share = _graph.Use();
        using var options = new RunOptions();
        using CancellationTokenRegistration registration = cancellation.Register(() => options.Terminate = true);
        try
        {
            for (int i = 0; i < values.Length; i++)
            {
                long[] content = _inputs[i] == InputIds ? ids : _inputs[i] == AttentionMask ? mask : new long[ids.Length];
                values[i] = OrtValue.CreateTensorValueFromMemory(content, shape);
            }

            using IDisposableReadOnlyCollection<OrtValue> results = _graph.Native.Run(options, _inputs, values, _outputs);
            return Rows(results[0].GetTensorDataAsSpan<float>(), texts.Count);
        }
        catch (OnnxRuntimeException cause)
        {
            cancellation.ThrowIfCancellationRequested();
            throw new ModelPackException(RuntimeErrors.RunFailed, $"{_graph.File} failed: {OrtMessages.FirstLine(cause)}", cause);
        }
        finally
        {
            foreach (OrtValue? value in values)
            {
                value?.Dispose();
            }
        }
    }

    private float[][] Rows(ReadOnlySpan<float> values, int count)
    {
        var rows = new float[count][];
        for (int i = 0; i < count; i++)
        {
            rows[i] = values.Slice(i * _dimensions, _dimensions).ToArray();
        }

        return rows;
    }
}
