using System.Runtime.InteropServices;

namespace ModelPack.LlamaCpp.Native;

/// <summary>llama_model_params of release v0.5.0: what is set here, and the size.</summary>
[StructLayout(LayoutKind.Explicit, Size = 0x50)]
internal struct LlamaModelParams
{
    [FieldOffset(0x10)]
    public int GpuLayers;

    [FieldOffset(0x48)]
    public byte VocabularyOnly;

    [FieldOffset(0x49)]
    public byte CheckTensors;

    /// <summary>Weights are rearranged for the processor when they are loaded; some products then differ in the last bits.</summary>
    [FieldOffset(0x4A)]
    public byte UseExtraBuffers;
}
