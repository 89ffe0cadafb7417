using ModelPack.Formats.Onnx;
using ModelPack.Packing.Manifests;
using ModelPack.Packing.OnnxModels.Graphs;
using ModelPack.Packing.OnnxModels.Weights;
using ModelPack.Packing.OnnxModels.Writing;
using ModelPack.Packing.Planning;
using ModelPack.Packing.Quantizing;
using ModelPack.Packing.Recipes;
using ModelPack.Packing.Reports;

namespace ModelPack.Packing.OnnxModels.WeightOnly;

/// <summary>Weights in fewer bits, activations as they are.</summary>
internal static class WeightOnlyStage
{
    /// <summary>Changes, writes and checks a model.</summary>
    /// <param name="folder">Receives model and data file.</param>
    /// <param name="job">The job.</param>
    /// <param name="prepared">The model; changed in place.</param>
    /// <param name="progress">Gets every finished weight.</param>
    /// <param name="cancellation">Checked between weights.</param>
    public static WrittenOnnxModel Write(string folder, OnnxJob job, OnnxPreparation prepared, IProgress<PackProgress>? progress, CancellationToken cancellation)
    {
        WeightFinder finder = WeightFinder.Of(prepared.Model);
        return Write(folder, job, prepared.Model, finder, WeightOnlyPlan.Make(prepared.Model, finder, job.Request.Recipe), progress, cancellation);
    }

    /// <summary>Changes, writes and checks a model by a plan.</summary>
    /// <param name="folder">Receives model and data file.</param>
    /// <param name="job">The job.</param>
    /// <param name="model">The model; changed in place.</param>
    /// <param name="finder">Its weights.</param>
    /// <param name="plan">What happens to each.</param>
    /// <param name="progress">Gets every finished weight.</param>
    /// <param name="cancellation">Checked between weights.</param>
    public static WrittenOnnxModel Write(
        string folder, OnnxJob job, OnnxModel model, WeightFinder finder, IReadOnlyList<PlannedMatrix> plan, IProgress<PackProgress>? progress, CancellationToken cancellation)
    {
        UnusedValues.RemoveConstants(model.Proto);
        IReadOnlyList<OtherConstants> others = OtherConstants.Of(model.Proto, plan);
        if (!job.Request.Recipe.QuantizesActivations && plan.All(matrix => matrix.Scheme is null) && job.Request.Recipe.Bits < 16)
        {
            job.Request.Warning?.Invoke(
                OnnxModelErrors.NothingQuantized,
                $"{job.Source.Location} has no product or table whose weight would become smaller, so the packed model is as large as its source; report.html says why for every operator. Method dynamic or static also quantizes convolutions.");
        }

        var parallel = new ParallelOptions { MaxDegreeOfParallelism = job.Threads, CancellationToken = cancellation };
        var decisions = new MatrixDecisions(job.Request.Store, model, job.Inputs, parallel);
        (IReadOnlyDictionary<string, QuantizationOutcome> calibrated, ManifestCalibration? calibration) = CalibratedMatrices.Decide(job, model, plan, decisions, cancellation);
        WeightOnlyGraph graph = WeightOnlyGraph.Apply(model, plan, OnnxJob.AccuracyLevel, biasInside: job.Request.Recipe.Target == PackTarget.Cpu);
        using ModelFiles files = ModelFiles.Write(folder, model, [.. graph.Parts.Keys], graph.SameBytes, cancellation);
        var road = new MatrixRoad(folder, files, graph, OnnxJob.AccuracyLevel, job.Threads);
        var weights = new List<WrittenWeight>();
        long done = 0;
        foreach (PlannedMatrix matrix in plan)
        {
            cancellation.ThrowIfCancellationRequested();
            string kind = matrix.Uses.Any(use => use.IsTable) ? WeightKinds.LookUp : WeightKinds.Product;
            weights.Add(new WrittenWeight(matrix.Scheme is null ? Float(matrix) : road.Write(matrix, calibrated.GetValueOrDefault(matrix.Weight.Name) ?? decisions.Decide(matrix)), new WeightOrigin(kind, null, matrix.Weight.SourceBytes)));
            done += matrix.Weight.SourceBytes;
            progress?.Report(new PackProgress(job.Plan.Name, "quantize", Math.Min(done, job.Plan.SourceBytes), job.Plan.SourceBytes, matrix.Weight.Name));
        }

        weights.AddRange(others.Select(constant => new WrittenWeight(Describe(constant.Planned), new WeightOrigin(WeightKinds.Other, null, constant.Planned.Bytes))));
        return new WrittenOnnxModel(
            files.Bytes,
            weights,
            [.. graph.Changes, .. finder.Others.Select(other => new ChangedOperator(other.Name, other.Type, other.Weight, null, other.Reason))],
            [],
            new ManifestVerification(road.Matrices, road.Kernels, ManifestNumber.Round(road.LargestKernelError), null, null, null, null),
            calibration);
    }

    private static ManifestWeight Float(PlannedMatrix matrix) => new(
        matrix.Weight.Name, [matrix.Weight.Rows, matrix.Weight.Columns], ((OnnxElementType)matrix.Weight.View.Tensor.DataType).BitsPerElement(), 0, true, "none", matrix.Bytes, 0);

    private static ManifestWeight Describe(PlannedWeight weight) => new(weight.Name, weight.Shape, weight.Bits, 0, true, "none", weight.Bytes, 0);
}
