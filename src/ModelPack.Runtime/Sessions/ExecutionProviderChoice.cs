namespace ModelPack.Runtime.Sessions;

/// <summary>Which kind of processor a model is opened on.</summary>
public enum ExecutionProviderChoice
{
    /// <summary>CUDA when there is a device and the model was packed for it, else CPU.</summary>
    Automatic,

    /// <summary>CPU.</summary>
    Cpu,

    /// <summary>CUDA; opening fails with MPK4008 when it cannot be used.</summary>
    Cuda,
}
