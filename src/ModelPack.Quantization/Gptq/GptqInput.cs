using ModelPack.Quantization.LinearAlgebra;

namespace ModelPack.Quantization.Gptq;

/// <summary>Everything that the weights which read one input share. Immutable, safe to read from several threads. Memory: two [K, K] arrays of float32.</summary>
public sealed class GptqInput
{
    private GptqInput(float[] hessian, float[] factor, int[] order, int[] dead, double damping, bool usable, IMatrixProducts products)
    {
        Products = products;
        Hessian = hessian;
        Factor = factor;
        Order = order;
        Dead = dead;
        Damping = damping;
        Usable = usable;
        Importance = new float[order.Length];
        for (int i = 0; i < order.Length; i++)
        {
            Importance[i] = hessian[(i * order.Length) + i];
        }
    }

    /// <summary>Inputs (K).</summary>
    public int Columns => Order.Length;

    /// <summary>Position to column: the order in which columns are quantized.</summary>
    public int[] Order { get; }

    /// <summary>Columns that were zero in every calibration row; their weights become zero.</summary>
    public int[] Dead { get; }

    /// <summary>Share of the mean diagonal that was added, after escalation.</summary>
    public double Damping { get; }

    /// <summary>False: the hessian could not be factored even with the most damping, or holds NaN or infinities; weights are rounded to nearest.</summary>
    public bool Usable { get; }

    internal IMatrixProducts Products { get; }

    /// <summary>[K, K], columns in their own order, damped.</summary>
    internal float[] Hessian { get; }

    /// <summary>[K]: the hessian's diagonal.</summary>
    internal float[] Importance { get; }

    /// <summary>[K, K], columns in <see cref="Order"/>: upper triangular U with hessian^-1 = U^T U.</summary>
    internal float[] Factor { get; }

    /// <summary>The same with these columns taken as dead.</summary>
    internal GptqInput With(int[] dead) => new(Hessian, Factor, Order, dead, Damping, Usable, Products);

    /// <summary>Finds dead columns, order and damping, and factors the inverse.</summary>
    /// <param name="hessian">[columns, columns], symmetric, (2/T) X^T X; taken over and changed.</param>
    /// <param name="columns">Inputs (K).</param>
    /// <param name="rows">Calibration rows T.</param>
    /// <param name="options">Damping and order.</param>
    /// <param name="threads">Threads to use; the result does not depend on it.</param>
    /// <param name="products">Computes the large products of the rows with the hessian and its factor; null: this library.</param>
    /// <exception cref="ArgumentException">The hessian has another size.</exception>
    public static GptqInput Prepare(float[] hessian, int columns, long rows, GptqOptions options, int threads, IMatrixProducts? products = null)
    {
        ArgumentNullException.ThrowIfNull(hessian);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columns);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threads);
        if (hessian.Length != (long)columns * columns)
        {
            throw new ArgumentException($"The hessian has {hessian.Length} entries, {columns} inputs need {(long)columns * columns}.", nameof(hessian));
        }

        int[] dead = DeadColumns.Find(hessian, columns);
        DeadColumns.Revive(hessian, columns, dead, LiveMean(hessian, columns, dead.Length));
        int[] order = options.ActivationOrder ? ActivationOrder.ByDiagonal(hessian, columns) : ActivationOrder.LeftToRight(columns);
        var factor = new float[hessian.Length];
        double damping = options.Damping ?? DampingChoice.ByRows(rows, columns);
        bool usable = Gptq.Damping.TryFactor(hessian, order, damping, threads, factor, out double used, out float[] addition);
        for (int i = 0; i < columns; i++)
        {
            hessian[(i * columns) + i] += addition[i];
        }

        return new GptqInput(hessian, factor, order, dead, used, usable, products ?? ProcessorProducts.Instance);
    }

    /// <summary>A dead column's diagonal entry: in the scale of the others, so that it leaves the damping as it is.</summary>
    private static float LiveMean(ReadOnlySpan<float> hessian, int columns, int dead) =>
        dead == columns ? 1 : (float)(Gptq.Damping.Mean(hessian, columns) * columns / (columns - dead));
}
