using System.Runtime.InteropServices;

namespace ModelPack.LlamaCpp.Native;

/// <summary>llama_model_quantize_params of release v0.5.0.</summary>
[StructLayout(LayoutKind.Explicit, Size = 0x40)]
internal unsafe struct LlamaQuantizeParams
{
    [FieldOffset(0x00)]
    public int Threads;

    [FieldOffset(0x04)]
    public int FileType;

    [FieldOffset(0x08)]
    public int OutputTensorType;

    [FieldOffset(0x0C)]
    public int TokenEmbeddingType;

    [FieldOffset(0x10)]
    public byte AllowRequantize;

    [FieldOffset(0x11)]
    public byte QuantizeOutputTensor;

    [FieldOffset(0x12)]
    public byte OnlyCopy;

    [FieldOffset(0x13)]
    public byte Pure;

    [FieldOffset(0x14)]
    public byte KeepSplit;

    [FieldOffset(0x15)]
    public byte DryRun;

    [FieldOffset(0x18)]
    public LlamaImatrixEntry* Importance;

    [FieldOffset(0x38)]
    public long MaxBufferSize;
}
