using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace ModelPack.Runtime.Sessions;

/// <summary>Where the caches of a session lie: main memory, or the memory of its accelerator. Disposed before the session.</summary>
internal sealed class DecoderDevice : IDisposable
{
    private const string MainMemory = "Cpu";

    private readonly IDisposable? _owner;
    private readonly OrtAllocator? _allocator;

    private DecoderDevice(OrtMemoryInfo memory, OrtAllocator? allocator, IDisposable? owner)
    {
        Memory = memory;
        _allocator = allocator;
        _owner = owner;
    }

    /// <summary>What ONNX Runtime calls the memory.</summary>
    public OrtMemoryInfo Memory { get; }

    /// <summary>Whether this process can read and write the memory itself.</summary>
    public bool IsCpu => _allocator is null;

    /// <summary>The memory where the session reads an input without copying it first.</summary>
    public static DecoderDevice Of(InferenceSession session, string inputName)
    {
        var infos = session.GetMemoryInfosForInputs();
        try
        {
            var info = infos[session.InputNames.ToList().IndexOf(inputName)];
            if (info.Name == MainMemory)
            {
                infos.Dispose();
                return new DecoderDevice(OrtMemoryInfo.DefaultInstance, null, null);
            }

            return new DecoderDevice(info, new OrtAllocator(session, info), infos);
        }
        catch
        {
            infos.Dispose();
            throw;
        }
    }

    /// <summary>Allocates memory, zeroed only in main memory; the caller disposes it before the device.</summary>
    public SafeHandle Allocate(long byteLength) => _allocator is null
        ? new NativeBlock(byteLength)
        : byteLength <= uint.MaxValue
            ? _allocator.Allocate((uint)byteLength)
            : throw new ModelPackException(
                RuntimeErrors.OutOfMemory,
                $"A key-value cache of {byteLength >> 20} MiB for one layer is more than an accelerator allocates at once; ask for fewer tokens.");

    /// <inheritdoc/>
    public void Dispose()
    {
        _allocator?.Dispose();
        _owner?.Dispose();
    }
}
