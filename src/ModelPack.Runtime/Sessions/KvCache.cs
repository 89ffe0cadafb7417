using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace ModelPack.Runtime.Sessions;

/// <summary>
/// Memory for the keys and values of one text, in every layer. With <see cref="IsShared"/> each cache is one buffer
/// [1, heads, <see cref="Capacity"/>, head size] that a step reads and extends in place; otherwise there are two, and a step
/// reads one and writes the other whole. Not thread-safe; the owner disposes it.
/// </summary>
internal sealed unsafe class KvCache : IDisposable
{
    private readonly IReadOnlyList<CacheSlot> _slots;
    private readonly DecoderDevice _device;
    private SafeHandle[] _front;
    private SafeHandle[] _back;

    /// <summary>Allocates the memory.</summary>
    /// <param name="slots">Keys and values of every layer.</param>
    /// <param name="device">Where the memory lies.</param>
    /// <param name="isShared">One buffer a cache instead of two.</param>
    /// <param name="capacity">Most tokens.</param>
    public KvCache(IReadOnlyList<CacheSlot> slots, DecoderDevice device, bool isShared, int capacity)
    {
        _slots = slots;
        _device = device;
        IsShared = isShared;
        Capacity = capacity;
        _front = Allocate(capacity);
        try
        {
            _back = isShared ? _front : Allocate(capacity);
        }
        catch
        {
            Free(_front);
            throw;
        }
    }

    /// <summary>Whether a step extends the caches in place.</summary>
    public bool IsShared { get; }

    /// <summary>Tokens that have room.</summary>
    public int Capacity { get; private set; }

    /// <summary>Binds the caches of every layer for a step.</summary>
    /// <param name="binding">The step's binding.</param>
    /// <param name="length">Tokens in the cache.</param>
    /// <param name="added">Tokens that the step adds.</param>
    public void Bind(OrtIoBinding binding, int length, int added)
    {
        for (int i = 0; i < _slots.Count; i++)
        {
            int past = IsShared ? Capacity : length;
            int present = IsShared ? Capacity : length + added;
            nint value = CreateTensor(_slots[i], _front[i], past);
            OrtApi.BindInput(binding, _slots[i].Past.Utf8Name, value);
            if (present != past || !ReferenceEquals(_front[i], _back[i]))
            {
                OrtApi.Release(value);
                value = CreateTensor(_slots[i], _back[i], present);
            }

            OrtApi.BindOutput(binding, _slots[i].Present.Utf8Name, value);
            OrtApi.Release(value);
        }
    }

    /// <summary>Makes what the step wrote the past of the next one.</summary>
    public void Advance() => (_front, _back) = (_back, _front);

    /// <summary>Moves the first tokens into larger memory.</summary>
    /// <param name="length">Tokens to keep.</param>
    /// <param name="capacity">The new size.</param>
    /// <returns>False when the memory lies on a device that cannot be copied from here: nothing is kept.</returns>
    public bool Grow(int length, int capacity)
    {
        bool copies = _device.IsCpu;
        var larger = Allocate(capacity);
        if (copies)
        {
            for (int i = 0; i < _slots.Count; i++)
            {
                Copy(_slots[i], _front[i], larger[i], length, capacity);
            }
        }

        Dispose();
        _front = larger;
        Capacity = capacity;
        _back = IsShared ? larger : Allocate(capacity);
        return copies;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Free(_front);
        Free(_back);
    }

    private static void Free(SafeHandle[] buffers)
    {
        foreach (var buffer in buffers)
        {
            buffer?.Dispose();
        }
    }

    private nint CreateTensor(CacheSlot slot, SafeHandle buffer, int tokens) => OrtApi.CreateTensor(
        _device.Memory, buffer.DangerousGetHandle(), slot.BytesPerToken * tokens, [1, slot.Heads, tokens, slot.HeadSize], slot.Past.Type);

    private void Copy(CacheSlot slot, SafeHandle from, SafeHandle to, int length, int capacity)
    {
        long token = slot.BytesPerToken / slot.Heads;
        long fromStride = token * (IsShared ? Capacity : length);
        long toStride = token * (IsShared ? capacity : length);
        for (int head = 0; head < slot.Heads; head++)
        {
            byte* source = (byte*)from.DangerousGetHandle() + (head * fromStride);
            byte* target = (byte*)to.DangerousGetHandle() + (head * toStride);
            Buffer.MemoryCopy(source, target, length * token, length * token);
        }
    }

    private SafeHandle[] Allocate(int capacity)
    {
        var buffers = new SafeHandle[_slots.Count];
        try
        {
            for (int i = 0; i < buffers.Length; i++)
            {
                buffers[i] = _device.Allocate(_slots[i].BytesPerToken * capacity);
            }
        }
        catch
        {
            Free(buffers);
            throw;
        }

        return buffers;
    }
}
