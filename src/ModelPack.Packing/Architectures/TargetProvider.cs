namespace ModelPack.Packing.Architectures;

/// <summary>The execution provider that a graph is made for; it decides the type of the activations.</summary>
public enum TargetProvider
{
    /// <summary>CPU: float32 activations.</summary>
    Cpu,

    /// <summary>CUDA: float16 activations, since its attention operator has no float32. Such a graph runs on the CPU too.</summary>
    Cuda,
}
