using ModelPack.Packing.Architectures;
using ModelPack.Packing.Manifests;
using ModelPack.Packing.OnnxModels.Writing;
using ModelPack.Packing.Quantizing;
using ModelPack.Packing.Recipes;
using ModelPack.Packing.Verification;
using ModelPack.Quantization;

namespace ModelPack.Packing.OnnxModels.WeightOnly;

/// <summary>Takes every quantized weight to the data file, one after the other: decide, write, read back, and run each operator in ONNX Runtime.</summary>
internal sealed class MatrixRoad(string folder, ModelFiles files, WeightOnlyGraph graph, int accuracyLevel, int threads)
{
    // Rounding normal numbers to 2 bits costs 0.35.
    private const double LargestError = 0.95;

    private readonly byte[] _readBack = new byte[1 << 20];

    /// <summary>Matrices read back and found equal.</summary>
    public int Matrices { get; private set; }

    /// <summary>Operators run in ONNX Runtime.</summary>
    public int Kernels { get; private set; }

    /// <summary>Largest relative error of those runs.</summary>
    public double LargestKernelError { get; private set; }

    /// <summary>Writes and checks one weight.</summary>
    /// <exception cref="ModelPackException">MPK2001, MPK2002: what was written, or what ONNX Runtime computes from it, is not the decision; MPK1467: the decision has nothing to do with the weight.</exception>
    public ManifestWeight Write(PlannedMatrix matrix, QuantizationOutcome outcome)
    {
        if (!(outcome.RelativeError <= LargestError))
        {
            throw new ModelPackException(
                OnnxModelErrors.NothingKept,
                $"Weight {matrix.Weight.Name} in {matrix.Scheme!.Bits} bits keeps nothing of its values (relative error {outcome.RelativeError:g3}): they are larger than float16 scales reach, or lie too far apart; leave it alone with Override \"{matrix.Weight.Name}=none\".");
        }

        IReadOnlyDictionary<string, long> offsets = files.Layout.Offsets;
        var place = new MatrixPlace(ModelFiles.DataName, 0, 0, 0);
        foreach ((string name, MatrixPart part) in graph.Parts.Where(part => ReferenceEquals(part.Value.Matrix, matrix)))
        {
            ReadOnlySpan<byte> bytes = BytesOf(outcome.Matrix, part.Kind);
            files.Data.Write(offsets[name], bytes);
            RequireWritten(matrix.Weight.Name, part.Kind, offsets[name], bytes);
            place = part.Kind switch
            {
                PartKind.Codes => place with { Codes = offsets[name] },
                PartKind.Scales => place with { Scales = offsets[name] },
                _ => place with { ZeroPoints = offsets[name] },
            };
        }

        Matrices++;
        bool half = matrix.Weight.View.Type == Formats.Onnx.OnnxElementType.Float16;
        if (matrix.Uses.Any(use => !use.IsTable))
        {
            Kernels++;
            LargestKernelError = Math.Max(LargestKernelError, KernelCheck.Run(folder, place, outcome.Matrix, matrix.Weight.Name, accuracyLevel, half, threads));
        }

        if (matrix.Uses.Any(use => use.IsTable))
        {
            Kernels++;
            LargestKernelError = Math.Max(LargestKernelError, TableCheck.Run(folder, place, outcome.Matrix, matrix.Weight.Name, half));
        }

        return Describe(matrix, outcome);
    }

    private static ManifestWeight Describe(PlannedMatrix matrix, QuantizationOutcome outcome)
    {
        QuantizationScheme scheme = matrix.Scheme!;
        return new ManifestWeight(
            matrix.Weight.Name,
            [matrix.Weight.Rows, matrix.Weight.Columns],
            scheme.Bits,
            scheme.GroupSize,
            !scheme.StoresZeroPoints,
            SettingSyntax.Method.Format(matrix.Method),
            matrix.Bytes,
            Math.Round(outcome.RelativeError, 6))
        {
            OutputError = ManifestNumber.Round(outcome.Calibrated?.Error, 4),
            RoundToNearestOutputError = ManifestNumber.Round(outcome.Calibrated?.RoundToNearest, 4),
            KeptRoundToNearest = outcome.Calibrated?.Kept,
        };
    }

    private static ReadOnlySpan<byte> BytesOf(QuantizedMatrix matrix, PartKind kind) => kind switch
    {
        PartKind.Codes => matrix.Codes,
        PartKind.Scales => matrix.ScaleBytes,
        _ => matrix.ZeroPoints,
    };

    private void RequireWritten(string name, PartKind kind, long offset, ReadOnlySpan<byte> expected)
    {
        for (int done = 0; done < expected.Length; done += _readBack.Length)
        {
            Span<byte> actual = _readBack.AsSpan(0, Math.Min(_readBack.Length, expected.Length - done));
            files.Data.Read(offset + done, actual);
            if (!actual.SequenceEqual(expected.Slice(done, actual.Length)))
            {
                throw new ModelPackException(VerificationErrors.BytesDiffer, $"{ModelFiles.DataName}: the {kind} of {name} read back from disk are not what was written; check the disk and pack again.");
            }
        }
    }
}
