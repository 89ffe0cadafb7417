using ModelPack.Packing.Evaluation;
using ModelPack.Packing.Manifests;
using ModelPack.Packing.Planning;
using ModelPack.Packing.Store;
using ModelPack.Packing.Writing;

namespace ModelPack.Packing;

/// <summary>
/// The road from a source to a packed folder: plan, quantize, write, verify, store. Knows no build, no console. Thread-safe;
/// several requests may run at once, in one process or in many.
/// </summary>
public static class Packer
{
    /// <summary>Says what packing would do, without doing it. Reads headers, and hashes source files that have changed.</summary>
    /// <exception cref="ModelPackException">MPK10xx to MPK14xx: the source, the recipe or the machine does not allow it; MPK203x: the stored model is over a limit.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static PackPlan Plan(PackRequest request, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        using PackWork job = PackWork.Open(request, progress: null, cancellation);
        job.RequireFeasible();
        if (job.Plan.Cached)
        {
            RequireLimits(request, job.Plan.Folder);
        }

        return job.Plan;
    }

    /// <summary>Packs a model, or finds it in the store.</summary>
    /// <param name="request">What to pack.</param>
    /// <param name="progress">Called from several threads.</param>
    /// <param name="cancellation">Stops between matrices; finished matrices stay in the store.</param>
    /// <exception cref="ModelPackException">The source, the recipe, the disk or the result is not right; nothing was published.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; nothing was published.</exception>
    public static async Task<PackResult> PackAsync(PackRequest request, IProgress<PackProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.OutputFolder is { } output)
        {
            OutputFolder.RequireReplaceable(output);
        }

        using PackWork job = await Task.Run(() => PackWork.Open(request, progress, cancellation), cancellation).ConfigureAwait(false);
        if (!job.Plan.Cached)
        {
            job.RequireFeasible();
        }

        StoreResult stored = await request.Store.GetOrAddModelAsync(
            job.Plan.Key,
            job.Plan.Name,
            (staging, token) => Task.Run(() => job.Write(staging, progress, token), token),
            request.Waiting,
            cancellation).ConfigureAwait(false);

        (PackManifest manifest, string json) = RequireLimits(request, stored.Folder);
        string folder = stored.Folder;
        if (request.OutputFolder is { } target)
        {
            OutputFolder.Publish(stored.Folder, target, cancellation);
            folder = Path.GetFullPath(target);
        }

        return new PackResult(job.Plan.Name, job.Plan.Key, folder, manifest, json, stored.Hit);
    }

    // A model over a limit stays in the store: another limit is another comparison, not another packing.
    private static (PackManifest Manifest, string Json) RequireLimits(PackRequest request, string folder)
    {
        string file = Path.Combine(folder, PackedFolder.ManifestName);
        string json = File.ReadAllText(file);
        PackManifest manifest = PackManifest.Parse(json, file);
        GateLimits.Require(request.Recipe, manifest);
        return (manifest, json);
    }
}
