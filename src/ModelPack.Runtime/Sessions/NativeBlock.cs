using System.Runtime.InteropServices;

namespace ModelPack.Runtime.Sessions;

/// <summary>Memory outside the garbage-collected heap, aligned to 64 bytes and zeroed; the owner disposes it.</summary>
internal sealed unsafe class NativeBlock : SafeHandle
{
    private const int Alignment = 64;
    private readonly long _byteLength;
    private readonly void* _allocated;

    /// <summary>Allocates the memory; refused with MPK4010 when there is not enough.</summary>
    public NativeBlock(long byteLength)
        : base(0, ownsHandle: true)
    {
        try
        {
            // Aligned by hand: large zeroed blocks come straight from the system, which touches no page before its use.
            _allocated = NativeMemory.AllocZeroed((nuint)(byteLength + Alignment));
            SetHandle(((nint)_allocated + Alignment - 1) & -Alignment);
        }
        catch (OutOfMemoryException cause)
        {
            throw new ModelPackException(
                RuntimeErrors.OutOfMemory,
                $"{byteLength / (1 << 20)} MiB for the key-value cache or the logits do not fit into memory; ask for fewer tokens or run fewer texts at once.",
                cause);
        }

        _byteLength = byteLength;
        GC.AddMemoryPressure(Math.Max(byteLength, 1));
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>Size in bytes.</summary>
    public long ByteLength => _byteLength;

    /// <summary>Address of the first byte.</summary>
    public nint Address => handle;

    /// <summary>The first <paramref name="count"/> elements; valid until the block is disposed.</summary>
    public Span<T> AsSpan<T>(int count)
        where T : unmanaged => AsSpan<T>(0, count);

    /// <summary><paramref name="count"/> elements from element <paramref name="first"/>; valid until the block is disposed.</summary>
    public Span<T> AsSpan<T>(long first, int count)
        where T : unmanaged
    {
        ObjectDisposedException.ThrowIf(IsClosed, this);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((first + count) * sizeof(T), _byteLength);
        return new Span<T>((T*)handle + first, count);
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        NativeMemory.Free(_allocated);
        GC.RemoveMemoryPressure(Math.Max(_byteLength, 1));
        return true;
    }
}
