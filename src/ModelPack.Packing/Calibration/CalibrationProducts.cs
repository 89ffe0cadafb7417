using Microsoft.ML.OnnxRuntime;
using ModelPack.Quantization.LinearAlgebra;
using ModelPack.Runtime.Sessions;

namespace ModelPack.Packing.Calibration;

/// <summary>Who computes large products, decided once for the life of the process: a CUDA device where one can be used, else the processor.</summary>
/// <param name="Products">Computes them.</param>
/// <param name="Device">Part of the key of all that is made of them; null for our own kernels, which give the same bits everywhere.</param>
internal sealed record CalibrationProducts(IMatrixProducts Products, string? Device)
{
    // A byte crosses to the card and back in the time of about this many operations of the processor's cores; and starting a kernel has a price.
    private const long OperationsOfByte = 100;
    private const long FewestOperations = 1L << 31;

    // Small enough for any card, large enough for its matrix kernels.
    private const int TrialSize = 256;
    private const float TrialTolerance = 1e-4f;

    private static readonly Lazy<CalibrationProducts> Decided = new(Decide);

    /// <summary>Our own kernels.</summary>
    public static CalibrationProducts Processor { get; } = new(ProcessorProducts.Instance, null);

    /// <summary>What this machine has.</summary>
    public static CalibrationProducts OfMachine => Decided.Value;

    /// <summary>Products of a provider of ONNX Runtime.</summary>
    /// <param name="provider">The provider.</param>
    /// <param name="always">True: every product, however small; false: those that it pays for.</param>
    public static CalibrationProducts Of(ProductProvider provider, bool always) => new(new RuntimeProducts(provider, always ? static (_, _, _) => true : Pays), provider.Name);

    /// <summary>Whether a product is worth sending its operands to a card and its result back.</summary>
    public static bool Pays(long rows, long inner, long columns)
    {
        long operations = 2 * rows * inner * columns;
        long bytes = sizeof(float) * ((rows * inner) + (inner * columns) + (rows * columns));
        return operations >= FewestOperations && operations >= OperationsOfByte * bytes;
    }

    private static CalibrationProducts Decide()
    {
        try
        {
            if (!ExecutionProviders.Probe()[0].Available)
            {
                return Processor;
            }

            ProductProvider cuda = ProductProvider.Cuda();
            using var trial = new RuntimeProducts(cuda, static (_, _, _) => true);
            return Agrees(trial) ? Of(cuda, always: false) : Processor;
        }
        catch (Exception e) when (e is OnnxRuntimeException or NotSupportedException or ModelPackException)
        {
            return Processor;
        }
    }

    /// <summary>A provider that is there may still miss a library that it opens with the first product.</summary>
    private static bool Agrees(RuntimeProducts products)
    {
        float[] values = new float[TrialSize * TrialSize], own = new float[values.Length], other = new float[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = ((i * 7) % 31) - 15;
        }

        var view = new MatrixView(values, TrialSize, TrialSize);
        MatrixProduct.Add(view, true, view, false, 1, new MatrixView(own, TrialSize, TrialSize), 1);
        products.Add(view, true, view, false, 1, new MatrixView(other, TrialSize, TrialSize), 1);
        float largest = own.Max(Math.Abs);
        return own.Zip(other).All(pair => Math.Abs(pair.First - pair.Second) <= TrialTolerance * largest);
    }
}
