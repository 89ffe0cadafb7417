using Microsoft.ML.OnnxRuntime;

namespace ModelPack.Runtime.Sessions;

/// <summary>What a graph does that its signature does not tell.</summary>
/// <param name="SharesCaches">It extends a cache of any length in place; otherwise it returns the past with the new tokens appended.</param>
/// <param name="AllLogits">It returns logits for every token of a step; otherwise for the last one.</param>
internal readonly record struct GraphTraits(bool SharesCaches, bool AllLogits)
{
    private const int Tokens = 2;
    private const int Room = 8;

    /// <summary>
    /// Finds out by a step of two tokens: over caches with room for eight, and when the graph takes that for eight tokens of
    /// the past (or fails over it), over empty ones.
    /// </summary>
    public static GraphTraits Probe(InferenceSession session, DecoderSignature signature, string modelFile)
    {
        try
        {
            (long present, long rows) = Step(session, signature, Room);
            if (present == Room)
            {
                return new GraphTraits(SharesCaches: true, rows == Tokens);
            }
        }
        catch (OnnxRuntimeException)
        {
            // Graphs that append refuse a mask shorter than the past; a graph that cannot run at all fails again below.
        }

        try
        {
            return new GraphTraits(SharesCaches: false, Step(session, signature, 0).Rows == Tokens);
        }
        catch (OnnxRuntimeException cause)
        {
            throw new ModelPackException(RuntimeErrors.CannotLoad, $"{modelFile} loads but cannot run two tokens: {OrtMessages.FirstLine(cause)}", cause);
        }
    }

    private static (long Present, long Rows) Step(InferenceSession session, DecoderSignature signature, int past)
    {
        var owned = new List<IDisposable>();
        try
        {
            var binding = session.CreateIoBinding();
            owned.Add(binding);
            BindIntegers(binding, signature.InputIds, 0, 1, owned);
            BindIntegers(binding, signature.AttentionMask, 1, 0, owned);
            BindIntegers(binding, signature.PositionIds, 0, 1, owned);
            foreach (var cache in signature.Caches)
            {
                var memory = new NativeBlock(cache.BytesPerToken * past);
                owned.Add(memory);
                Bind(binding, cache.Past, memory, memory.ByteLength, [1, cache.Heads, past, cache.HeadSize]);
                binding.BindOutputToDevice(cache.Present.Name, OrtMemoryInfo.DefaultInstance);
            }

            foreach (var state in signature.States)
            {
                var memory = new NativeBlock(state.ByteLength);
                owned.Add(memory);
                Bind(binding, state.Past, memory, memory.ByteLength, [1, state.Width, state.Tokens]);
                binding.BindOutputToDevice(state.Present.Name, OrtMemoryInfo.DefaultInstance);
            }

            binding.BindOutputToDevice(signature.Logits.Name, OrtMemoryInfo.DefaultInstance);
            using var options = new RunOptions();
            session.RunWithBinding(options, binding);
            using var outputs = binding.GetOutputValues();
            long present = outputs[0].GetTensorTypeAndShape().Shape[2];
            long rows = outputs[^1].GetTensorTypeAndShape().Shape[1];
            return (present, rows);
        }
        finally
        {
            owned.Reverse();
            owned.ForEach(item => item.Dispose());
        }
    }

    private static void BindIntegers(OrtIoBinding binding, TensorSlot? slot, int first, int step, List<IDisposable> owned)
    {
        if (slot is not null)
        {
            var input = new IntegerInput(slot);
            owned.Add(input);
            input.Reserve(Tokens);
            for (int i = 0; i < Tokens; i++)
            {
                input.Set(i, first + (i * step));
            }

            input.Bind(binding, Tokens);
        }
    }

    private static void Bind(OrtIoBinding binding, TensorSlot slot, NativeBlock memory, long byteLength, ReadOnlySpan<long> dims)
    {
        nint value = OrtApi.CreateTensor(OrtMemoryInfo.DefaultInstance, memory.Address, byteLength, dims, slot.Type);
        OrtApi.BindInput(binding, slot.Utf8Name, value);
        OrtApi.Release(value);
    }
}
