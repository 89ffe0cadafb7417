namespace ModelPack.Quantization.Gptq;

/// <summary>Collects the codes of row blocks, which may come from several threads in any order.</summary>
internal sealed class CodeSink(int rows, int columns, CodeFormat format)
{
    private readonly int _groups = format.GroupsPerRow(columns);
    private readonly byte[] _codes = new byte[checked(rows * columns)];
    private readonly Half[] _scales = new Half[checked(rows * format.GroupsPerRow(columns))];
    private readonly byte[] _zeroPoints = new byte[checked(rows * format.GroupsPerRow(columns))];
    private readonly double[] _errors = new double[rows];

    /// <summary>Where the objective of some rows is put.</summary>
    public Span<double> ErrorsOf(int firstRow, int count) => _errors.AsSpan(firstRow, count);

    /// <summary>Sum over the rows, in their order.</summary>
    public double TotalError()
    {
        double sum = 0;
        foreach (double error in _errors)
        {
            sum += error;
        }

        return sum;
    }

    /// <summary>Takes over what <paramref name="block"/> holds.</summary>
    public void Take(RowBlock block, int firstRow)
    {
        int firstGroup = firstRow * _groups, at = firstRow * columns;
        for (int i = 0; i < block.Scales.Length; i++)
        {
            _scales[firstGroup + i] = (Half)block.Scales[i];
            _zeroPoints[firstGroup + i] = (byte)block.Zeros[i];
        }

        for (int row = 0; row < block.Rows; row++)
        {
            for (int group = 0; group < block.Groups; group++)
            {
                float zero = block.Zeros[(row * block.Groups) + group];
                int end = (row * columns) + block.GroupEnd(group);
                for (int i = (row * columns) + (group * format.GroupSize); i < end; i++)
                {
                    _codes[at + i] = (byte)(block.Levels[i] + zero);
                }
            }
        }
    }

    /// <summary>The whole matrix; owns the arrays from now on.</summary>
    public CodedMatrix ToMatrix() => new(rows, columns, format.Bits, format.GroupSize, format.Symmetric, _codes, _scales, _zeroPoints);
}
