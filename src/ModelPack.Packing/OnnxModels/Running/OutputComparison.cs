using ModelPack.Packing.Manifests;
using ModelPack.Packing.OnnxModels.Samples;
using ModelPack.Packing.OnnxModels.Writing;
using ModelPack.Packing.Verification;

namespace ModelPack.Packing.OnnxModels.Running;

/// <summary>Runs the source and the packed model, as deployed, on the same inputs.</summary>
internal static class OutputComparison
{
    private const int SyntheticCount = 4;

    /// <summary>Most samples that are compared where the settings say nothing.</summary>
    public const int DefaultSamples = 128;

    /// <summary>Tokens of a sample that is text, where the settings say nothing.</summary>
    public const int DefaultLength = 512;

    /// <summary>Compares.</summary>
    /// <param name="folder">The packed folder.</param>
    /// <param name="job">The job.</param>
    /// <param name="source">The source.</param>
    /// <param name="progress">Gets every finished sample.</param>
    /// <param name="cancellation">Checked between samples.</param>
    /// <returns>Null where the source runs on none of the inputs that were tried; a warning says so.</returns>
    /// <exception cref="ModelPackException">MPK1464: the source does not run on the user's samples; MPK2004: the packed model's outputs are no numbers.</exception>
    public static ManifestAgreement? Run(string folder, OnnxJob job, OnnxModel source, IProgress<PackProgress>? progress, CancellationToken cancellation)
    {
        using ModelSession reference = ModelSession.Open(source.File, job.Threads, asDeployed: false);
        IReadOnlyList<SampleInput>? samples = SamplesOf(job, source, reference);
        if (samples is null)
        {
            job.Request.Warning?.Invoke(
                OnnxModelErrors.OutputsNotCompared,
                $"The outputs of {job.Source.Location} were not compared with the packed model's, since it runs on no synthetic inputs; give samples with Calibration. Every quantized operator was compared by itself.");
            return null;
        }

        using ModelSession packed = ModelSession.Open(Path.Combine(folder, ModelFiles.ModelName), job.Threads, asDeployed: true);
        var agreement = new OutputAgreement(reference.OutputNames);
        foreach (SampleInput sample in samples)
        {
            cancellation.ThrowIfCancellationRequested();
            agreement.Add(reference.Run(sample), packed.Run(sample));
            if (agreement.NotFinite is { } output)
            {
                throw new ModelPackException(
                    VerificationErrors.NotFinite, $"{job.Source.Location}: output {output} of the packed model is no number where the source's is, on the sample {sample.Name}; nothing was published. Use more bits, or leave weights out with Override.");
            }

            long total = job.Plan.SourceBytes;
            progress?.Report(new PackProgress(job.Plan.Name, "verify", (long)((double)agreement.Samples / samples.Count * total), total));
        }

        string name = job.Request.Recipe.Calibration is { } calibration ? Path.GetFileName(Path.TrimEndingDirectorySeparator(calibration)) : "synthetic";
        return new ManifestAgreement(name, agreement.Samples, agreement.Describe());
    }

    /// <summary>The user's samples, or synthetic ones that the model runs on; null where there are none such.</summary>
    public static IReadOnlyList<SampleInput>? SamplesOf(OnnxJob job, OnnxModel source, ModelSession reference)
    {
        if (job.Request.Recipe.Calibration is { } calibration)
        {
            return job.Source.ReadSamples(source, calibration, job.Request.Recipe.CalibrationSamples ?? DefaultSamples, job.Request.Recipe.CalibrationLength ?? DefaultLength);
        }

        foreach (IReadOnlyList<SampleInput> samples in job.Source.SyntheticSamples(source, SyntheticCount).Where(samples => samples.Count > 0))
        {
            try
            {
                _ = reference.Run(samples[0]);
                return samples;
            }
            catch (ModelPackException e) when (e.Code == OnnxModelErrors.CannotRun)
            {
                // Sizes are guessed; the next set has others.
            }
        }

        return null;
    }
}
