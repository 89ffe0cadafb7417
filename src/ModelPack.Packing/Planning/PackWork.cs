using ModelPack.Packing.OnnxModels;

namespace ModelPack.Packing.Planning;

/// <summary>A request with its source opened and every decision about storage taken, whatever kind of model it is. Dispose it to close the source.</summary>
internal abstract class PackWork(PackRequest request) : IDisposable
{
    /// <summary>The request, with values that follow from the source.</summary>
    public PackRequest Request { get; } = request;

    /// <summary>Cores to use.</summary>
    public int Threads { get; } = request.Threads > 0 ? request.Threads : Environment.ProcessorCount;

    /// <summary>What will happen.</summary>
    public abstract PackPlan Plan { get; }

    /// <summary>Opens the source and decides.</summary>
    /// <exception cref="ModelPackException">The source, the recipe or a text cannot be used.</exception>
    public static PackWork Open(PackRequest request, IProgress<PackProgress>? progress, CancellationToken cancellation) =>
        OnnxSources.TryOpen(request.Source) is { } source ? OnnxJob.Open(request, source, progress, cancellation) : PackJob.Open(request, progress, cancellation);

    /// <summary>Refuses what cannot be done on this machine, before anything is written.</summary>
    /// <exception cref="ModelPackException">MPK1410: memory; MPK1411: disk; MPK146x: ONNX Runtime refuses the model.</exception>
    public abstract void RequireFeasible();

    /// <summary>Writes and verifies everything into an empty folder and returns the SHA-256 of its files, but for the manifest's.</summary>
    /// <exception cref="ModelPackException">Bad weights, no space, or a check that failed; the folder is to be thrown away.</exception>
    public abstract IReadOnlyDictionary<string, string> Write(string folder, IProgress<PackProgress>? progress, CancellationToken cancellation);

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>Compares what is needed with what is there.</summary>
    /// <param name="location">The source, for the message.</param>
    /// <param name="largest">What takes the memory, for the message.</param>
    protected void RequireResources(string location, string largest)
    {
        long memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (Plan.PeakMemoryBytes > memory)
        {
            throw new ModelPackException(
                Sources.SourceErrors.NotEnoughMemory,
                $"{location} needs about {ByteText.Of(Plan.PeakMemoryBytes)} of memory ({largest}) and {ByteText.Of(memory)} are there; pack it on a larger machine.");
        }

        if (!Plan.Cached && FreeSpace.Of(Request.Store.Directory) is { } free && Plan.DiskBytes > free)
        {
            throw new ModelPackException(
                Sources.SourceErrors.NotEnoughDisk,
                $"{location} needs {ByteText.Of(Plan.DiskBytes)} in {Request.Store.Directory} and {ByteText.Of(free)} are free; free some space, run `dotnet modelpack cache prune`, or point MODELPACK_CACHE at another disk.");
        }
    }
}
