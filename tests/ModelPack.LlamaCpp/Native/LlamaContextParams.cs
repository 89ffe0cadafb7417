using System.Runtime.InteropServices;

namespace ModelPack.LlamaCpp.Native;

/// <summary>llama_context_params of release v0.5.0: what is set or checked here, and the size.</summary>
[StructLayout(LayoutKind.Explicit, Size = 0xA0)]
internal struct LlamaContextParams
{
    [FieldOffset(0x00)]
    public uint Length;

    [FieldOffset(0x04)]
    public uint Batch;

    [FieldOffset(0x08)]
    public uint MicroBatch;

    [FieldOffset(0x14)]
    public uint MostOutputs;

    [FieldOffset(0x18)]
    public uint MostOutputsPerSequence;

    [FieldOffset(0x1C)]
    public int Threads;

    [FieldOffset(0x20)]
    public int BatchThreads;

    /// <summary>-1 automatic, 0 off, 1 on.</summary>
    [FieldOffset(0x34)]
    public int FlashAttention;

    [FieldOffset(0x68)]
    public int KeyType;

    [FieldOffset(0x6C)]
    public int ValueType;

    [FieldOffset(0x81)]
    public byte OffloadKeyValues;
}
