using ModelPack.Quantization.LinearAlgebra;

namespace ModelPack.Quantization.Gptq;

/// <summary>
/// Some rows of a matrix while they are quantized, and the memory for it. Rows never influence one another, so blocks are worked on by any thread in any order.
/// </summary>
internal sealed class RowBlock
{
    public RowBlock(int rows, int columns, CodeFormat format)
    {
        Rows = rows;
        Columns = columns;
        Format = format;
        Groups = format.GroupsPerRow(columns);
        Weights = new float[rows * columns];
        Levels = new float[rows * columns];
        Product = new float[rows * columns];
        Scratch = new float[rows * columns];
        Scales = new float[rows * Groups];
        Zeros = new float[rows * Groups];
    }

    public int Rows { get; }

    public int Columns { get; }

    public int Groups { get; }

    public CodeFormat Format { get; }

    /// <summary>[Rows, Columns]: what is to be reproduced.</summary>
    public float[] Weights { get; }

    /// <summary>[Rows, Columns]: code minus zero point, whole numbers.</summary>
    public float[] Levels { get; }

    /// <summary>[Rows, Columns]: (Weights - values) times the damped hessian, where a step says that it keeps it.</summary>
    public float[] Product { get; }

    /// <summary>[Rows, Columns]: free for the step that runs.</summary>
    public float[] Scratch { get; }

    /// <summary>[Rows, Groups]: float16 numbers.</summary>
    public float[] Scales { get; }

    /// <summary>[Rows, Groups]: zero points, whole numbers.</summary>
    public float[] Zeros { get; }

    /// <summary>Index of the first column past a group.</summary>
    public int GroupEnd(int group) => Math.Min(Columns, (group + 1) * Format.GroupSize);

    /// <summary>A whole [Rows, Columns] array.</summary>
    public MatrixView View(float[] values) => new(values, Rows, Columns);
}
