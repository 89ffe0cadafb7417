using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace ModelPack.Runtime.Sessions;

/// <summary>
/// The states of one text in the layers that keep one. A step reads one buffer a layer and writes the other. A state cannot be cut back
/// to an earlier token, so one is kept aside, of the last token that a next text may go on from. Not thread-safe; the owner disposes it.
/// </summary>
internal sealed class LayerStates : IDisposable
{
    private readonly IReadOnlyList<StateSlot> _slots;
    private readonly DecoderDevice _device;
    private readonly SafeHandle[] _memory;
    private readonly NativeBlock[] _kept;
    private readonly NativeBlock[] _zeros;
    private nint[] _front;
    private nint[] _back;
    private readonly nint[] _beginning;
    private bool _begins = true;
    private int _keptLength = -1;

    /// <summary>Allocates the memory.</summary>
    /// <param name="slots">The states; may be empty.</param>
    /// <param name="device">Where the memory lies.</param>
    public LayerStates(IReadOnlyList<StateSlot> slots, DecoderDevice device)
    {
        _slots = slots;
        _device = device;
        _memory = new SafeHandle[2 * slots.Count];
        _kept = new NativeBlock[device.IsCpu ? slots.Count : 0];
        _zeros = new NativeBlock[slots.Count];
        (_front, _back, _beginning) = (new nint[slots.Count], new nint[slots.Count], new nint[slots.Count]);
        try
        {
            for (int i = 0; i < slots.Count; i++)
            {
                (_memory[2 * i], _memory[(2 * i) + 1], _zeros[i]) = (device.Allocate(slots[i].ByteLength), device.Allocate(slots[i].ByteLength), new NativeBlock(slots[i].ByteLength));
                _front[i] = Tensor(slots[i], device.Memory, _memory[2 * i].DangerousGetHandle());
                _back[i] = Tensor(slots[i], device.Memory, _memory[(2 * i) + 1].DangerousGetHandle());
                _beginning[i] = Tensor(slots[i], OrtMemoryInfo.DefaultInstance, _zeros[i].Address);
            }

            for (int i = 0; i < _kept.Length; i++)
            {
                _kept[i] = new NativeBlock(slots[i].ByteLength);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Binds the states of every layer for a step.</summary>
    public void Bind(OrtIoBinding binding)
    {
        for (int i = 0; i < _slots.Count; i++)
        {
            OrtApi.BindInput(binding, _slots[i].Past.Utf8Name, _begins ? _beginning[i] : _front[i]);
            OrtApi.BindOutput(binding, _slots[i].Present.Utf8Name, _back[i]);
        }
    }

    /// <summary>Makes what the step wrote the past of the next one.</summary>
    public void Advance()
    {
        (_front, _back) = (_back, _front);
        for (int i = 0; i < _slots.Count; i++)
        {
            (_memory[2 * i], _memory[(2 * i) + 1]) = (_memory[(2 * i) + 1], _memory[2 * i]);
        }

        _begins = false;
    }

    /// <summary>Keeps the states of a text of so many tokens aside, where this process can read them.</summary>
    public unsafe void Keep(int length)
    {
        for (int i = 0; i < _kept.Length; i++)
        {
            Buffer.MemoryCopy((void*)_memory[2 * i].DangerousGetHandle(), (void*)_kept[i].Address, _slots[i].ByteLength, _slots[i].ByteLength);
        }

        _keptLength = _device.IsCpu ? length : -1;
    }

    /// <summary>Goes back to a text of fewer tokens, as far as that can be done.</summary>
    /// <param name="length">Tokens so far.</param>
    /// <param name="wanted">Tokens to keep, fewer or as many.</param>
    /// <returns>The tokens kept: those wanted, those that were kept aside, or none.</returns>
    public unsafe int Truncate(int length, int wanted)
    {
        if (_slots.Count == 0 || wanted == length)
        {
            return wanted;
        }

        if (_keptLength < 0 || wanted < _keptLength)
        {
            _begins = true;
            _keptLength = -1;
            return 0;
        }

        for (int i = 0; i < _kept.Length; i++)
        {
            Buffer.MemoryCopy((void*)_kept[i].Address, (void*)_memory[2 * i].DangerousGetHandle(), _slots[i].ByteLength, _slots[i].ByteLength);
        }

        return _keptLength;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (nint value in _front.Concat(_back).Concat(_beginning).Where(value => value != 0))
        {
            OrtApi.Release(value);
        }

        Array.Clear(_front);
        Array.Clear(_back);
        Array.Clear(_beginning);
        foreach (SafeHandle? memory in _memory.Concat(_kept).Concat(_zeros))
        {
            memory?.Dispose();
        }
    }

    private static nint Tensor(StateSlot slot, OrtMemoryInfo memory, nint data) => OrtApi.CreateTensor(memory, data, slot.ByteLength, [1, slot.Width, slot.Tokens], slot.Past.Type);
}
