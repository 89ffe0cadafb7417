namespace ModelPack.Packing.Recipes;

/// <summary>The kind of device a packed model is meant for.</summary>
public enum PackTarget
{
    /// <summary>Float32 activations and the CPU's kernels.</summary>
    Cpu,

    /// <summary>Float16 activations and CUDA's kernels.</summary>
    Cuda,
}
