using ModelPack.Packing.Architectures;
using ModelPack.Packing.Calibration;
using ModelPack.Packing.Manifests;
using ModelPack.Packing.Planning;
using ModelPack.Packing.Quantizing;
using ModelPack.Packing.Verification;
using ModelPack.Quantization;

namespace ModelPack.Packing.Writing;

/// <summary>
/// Takes every weight from the checkpoint to the data file, one after the other: quantize or find in the store, write, read
/// back, and run the first matrix of each kind in ONNX Runtime.
/// </summary>
internal sealed class WeightRoad(string folder, PackJob job, WeightWriter writer, IProgress<PackProgress>? progress)
{
    private readonly HashSet<(QuantizationScheme Scheme, int Rows, int Columns)> _checked = [];
    private Task _writing = Task.CompletedTask;
    private double _quantizedTwice;
    private double _quantizedTwiceError;

    /// <summary>Matrices read back and found equal.</summary>
    public int Matrices { get; private set; }

    /// <summary>Kinds of matrices run in ONNX Runtime.</summary>
    public int Kernels => _checked.Count;

    /// <summary>Largest relative error of those runs.</summary>
    public double LargestKernelError { get; private set; }

    /// <summary>Norm of the error by the norm of the values, of all weights that the source had quantized before; 0 where there are none.</summary>
    public double QuantizedTwiceError => _quantizedTwice == 0 ? 0 : Math.Sqrt(_quantizedTwiceError / _quantizedTwice);

    /// <summary>Writes all weights.</summary>
    public IReadOnlyList<ManifestWeight> Run(CancellationToken cancellation)
    {
        var written = new List<ManifestWeight>();
        try
        {
            long done = 0;
            foreach ((DecoderWeight weight, PlannedWeight plan) in job.Source.Architecture.Weights.Zip(job.Plan.Weights))
            {
                cancellation.ThrowIfCancellationRequested();
                var description = new ManifestWeight(plan.Name, plan.Shape, plan.Bits, plan.GroupSize, plan.Symmetric, plan.Method, plan.Bytes, 0);
                if (job.StorageOf(weight) is WeightStorage.Quantized { Scheme: var scheme })
                {
                    description = Describe(description, Quantize(weight, scheme, cancellation));
                }
                else
                {
                    writer.WriteValues(weight, cancellation);
                }

                written.Add(description);
                done += job.Source.BytesOf(weight);
                progress?.Report(new PackProgress(job.Plan.Name, "quantize", done, job.Plan.SourceBytes, weight.Name));
            }
        }
        finally
        {
            // The data file must not be closed under a matrix that is still being written.
            _writing.ContinueWith(_ => { }, TaskScheduler.Default).Wait(CancellationToken.None);
        }

        _writing.GetAwaiter().GetResult();
        return written;
    }

    private static ManifestWeight Describe(ManifestWeight weight, QuantizationOutcome outcome) => weight with
    {
        RelativeError = Math.Round(outcome.RelativeError, 6),
        OutputError = Digits(outcome.Calibrated?.Error),
        RoundToNearestOutputError = Digits(outcome.Calibrated?.RoundToNearest),
        KeptRoundToNearest = outcome.Calibrated?.Kept,
    };

    private static double? Digits(double? value) => value is { } number && double.IsFinite(number) ? double.Parse(number.ToString("e3"), System.Globalization.CultureInfo.InvariantCulture) : null;

    private QuantizationOutcome Quantize(DecoderWeight weight, QuantizationScheme scheme, CancellationToken cancellation)
    {
        if (job.KeepsCodes(weight))
        {
            // Taken over in less time than reading it from the store would take.
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = job.Threads, CancellationToken = cancellation };
            return WriteBeside(weight, scheme, new QuantizationOutcome(job.Source.Codes(weight, parallel), 0, 0), newKey: null);
        }

        bool calibrated = CalibratedMethods.UsesInputs(job.MethodOf(weight));
        string key = calibrated ? job.Calibration!.Plan!.KeyOf(weight) : PlainMatrices.KeyOf(job, weight, scheme);
        QuantizationOutcome? known = MatrixCache.TryRead(job.Request.Store, key, scheme, weight);
        QuantizationOutcome outcome = known ?? (calibrated
            ? throw new ModelPackException(
                CalibrationErrors.DecisionGone,
                $"The decision about {weight.Name} has left {job.Request.Store.Directory} while the model was packed; run again, and raise MODELPACK_CACHE_SIZE if the store is too small for the model.")
            : PlainMatrices.Decide(job, weight, scheme, cancellation));

        if (job.Source.SchemeOf(weight) is not null)
        {
            _quantizedTwice += outcome.WeightNorm;
            _quantizedTwiceError += outcome.ErrorNorm;
        }

        return WriteBeside(weight, scheme, outcome, known is null ? key : null);
    }

    // One matrix is written and checked while the next one is quantized.
    private QuantizationOutcome WriteBeside(DecoderWeight weight, QuantizationScheme scheme, QuantizationOutcome outcome, string? newKey)
    {
        _writing.GetAwaiter().GetResult();
        _writing = Task.Run(() => Write(weight, scheme, outcome, newKey), CancellationToken.None);
        if (job.Threads == 1)
        {
            _writing.GetAwaiter().GetResult();
        }

        return outcome;
    }

    private void Write(DecoderWeight weight, QuantizationScheme scheme, QuantizationOutcome outcome, string? newKey)
    {
        if (newKey is not null)
        {
            MatrixCache.Write(job.Request.Store, newKey, outcome);
        }

        MatrixPlace place = writer.WriteMatrix(weight, outcome.Matrix);
        writer.VerifyMatrix(weight, outcome.Matrix);
        if (job.KeepsCodes(weight))
        {
            writer.VerifyValues(weight, scheme, job.Source.Rows(weight));
        }

        Matrices++;
        if (_checked.Add((scheme, weight.Rows, weight.Columns)))
        {
            bool half = job.GraphOptions.Target == TargetProvider.Cuda;
            LargestKernelError = Math.Max(
                LargestKernelError,
                KernelCheck.Run(folder, place, outcome.Matrix, weight.Name, job.GraphOptions.AccuracyLevel, half, job.Threads));
        }
    }
}
