using System.Buffers;
using System.Runtime.InteropServices;

namespace ModelPack.Quantization.LinearAlgebra;

/// <summary>Pooled memory that starts on a cache line and stays where it is until disposed; the contents are undefined.</summary>
internal sealed unsafe class PanelBuffer : IDisposable
{
    private const int LineBytes = 64;

    private readonly float[] _array;
    private PinnedGCHandle<float[]> _pin;

    public PanelBuffer(int length)
    {
        _array = ArrayPool<float>.Shared.Rent(length + (LineBytes / sizeof(float)));
        _pin = new PinnedGCHandle<float[]>(_array);
        nuint address = (nuint)_pin.GetAddressOfArrayData();
        Start = (float*)((address + LineBytes - 1) & ~(nuint)(LineBytes - 1));
    }

    public float* Start { get; }

    public void Dispose()
    {
        _pin.Dispose();
        ArrayPool<float>.Shared.Return(_array);
    }
}
