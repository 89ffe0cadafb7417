using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace ModelPack.Packing.Stages;

/// <summary>A tensor in memory of its own, which an initializer needs: ONNX Runtime refuses memory that it allocated. Freed at once by Dispose.</summary>
internal sealed unsafe class NativeTensor : IDisposable
{
    private void* _memory;

    public NativeTensor(TensorElementType type, long[] shape, long bytes)
    {
        Length = checked((nuint)bytes);
        _memory = NativeMemory.AlignedAlloc(Math.Max(1, Length), 64);
        Value = OrtValue.CreateTensorValueWithData(OrtMemoryInfo.DefaultInstance, type, shape, (nint)_memory, bytes);
    }

    /// <summary>Bytes.</summary>
    public nuint Length { get; }

    /// <summary>The tensor; it lives as long as this object.</summary>
    public OrtValue Value { get; }

    /// <summary>Bytes [offset, offset + count) for writing.</summary>
    public Span<byte> Slice(long offset, int count)
    {
        ObjectDisposedException.ThrowIf(_memory is null, this);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((nuint)(offset + count), Length);
        return new Span<byte>((byte*)_memory + offset, count);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_memory is not null)
        {
            Value.Dispose();
            NativeMemory.AlignedFree(_memory);
            _memory = null;
        }
    }
}
