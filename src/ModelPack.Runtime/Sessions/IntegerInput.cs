using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace ModelPack.Runtime.Sessions;

/// <summary>Memory of an int32 or int64 input [1, n] of a step. Not thread-safe; the owner disposes it.</summary>
internal sealed class IntegerInput(TensorSlot slot) : IDisposable
{
    private NativeBlock _memory = new(0);

    /// <summary>Elements that have room.</summary>
    public int Capacity { get; private set; }

    /// <summary>Makes room for at least this many elements; what was written is lost.</summary>
    public void Reserve(int capacity)
    {
        if (capacity > Capacity)
        {
            var larger = new NativeBlock((long)capacity * slot.ElementSize);
            _memory.Dispose();
            _memory = larger;
            Capacity = capacity;
        }
    }

    /// <summary>Writes one element.</summary>
    public void Set(int index, int value)
    {
        if (slot.Type == TensorElementType.Int64)
        {
            _memory.AsSpan<long>(Capacity)[index] = value;
        }
        else
        {
            _memory.AsSpan<int>(Capacity)[index] = value;
        }
    }

    /// <summary>Binds the first elements as [1, count].</summary>
    public void Bind(OrtIoBinding binding, int count)
    {
        nint value = OrtApi.CreateTensor(OrtMemoryInfo.DefaultInstance, _memory.Address, (long)count * slot.ElementSize, [1, count], slot.Type);
        OrtApi.BindInput(binding, slot.Utf8Name, value);
        OrtApi.Release(value);
    }

    /// <inheritdoc/>
    public void Dispose() => _memory.Dispose();
}
