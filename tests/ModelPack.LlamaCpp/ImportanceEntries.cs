using System.Runtime.InteropServices;
using System.Text;
using ModelPack.LlamaCpp.Native;

namespace ModelPack.LlamaCpp;

/// <summary>Importance numbers in native memory, as llama.cpp's quantizer takes them.</summary>
internal sealed unsafe class ImportanceEntries : IDisposable
{
    private readonly List<nint> _allocations = [];

    public ImportanceEntries(IReadOnlyDictionary<string, float[]>? importance)
    {
        if (importance is null)
        {
            return;
        }

        First = (LlamaImatrixEntry*)Allocate(sizeof(LlamaImatrixEntry) * (importance.Count + 1));
        LlamaImatrixEntry* entry = First;
        foreach ((string name, float[] values) in importance)
        {
            entry->Name = (byte*)Copy(Encoding.UTF8.GetBytes(name + "\0"));
            entry->Values = (float*)Copy(MemoryMarshal.AsBytes(values.AsSpan()));
            entry->Count = (nuint)values.Length;
            entry++;
        }

        // A null name ends the list.
        *entry = default;
    }

    public LlamaImatrixEntry* First { get; }

    public void Dispose() => _allocations.ForEach(allocation => NativeMemory.Free((void*)allocation));

    private void* Copy(ReadOnlySpan<byte> bytes)
    {
        void* copy = Allocate(bytes.Length);
        bytes.CopyTo(new Span<byte>(copy, bytes.Length));
        return copy;
    }

    private void* Allocate(int bytes)
    {
        void* memory = NativeMemory.Alloc((nuint)bytes);
        _allocations.Add((nint)memory);
        return memory;
    }
}
