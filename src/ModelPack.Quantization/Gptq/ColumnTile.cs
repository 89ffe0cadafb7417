namespace ModelPack.Quantization.Gptq;

/// <summary>A block of columns of as many rows as there are lanes, one row a lane: [columns, width] arrays. Lanes past the last row hold zeros with scale 1.</summary>
internal sealed class ColumnTile(int columns, int width)
{
    public float[] Values { get; } = new float[columns * width];

    public float[] Levels { get; } = new float[columns * width];

    public float[] Scales { get; } = new float[columns * width];

    public float[] Zeros { get; } = new float[columns * width];

    /// <summary>Change of each value, scale * (new level - old level).</summary>
    public float[] Changes { get; } = new float[columns * width];

    public int MaxCode { get; private set; }

    /// <summary>Takes scale and zero point of each place.</summary>
    /// <param name="block">Rows.</param>
    /// <param name="places">Columns of the matrix.</param>
    /// <param name="firstRow">Row of the first lane.</param>
    public void LoadFormat(RowBlock block, ReadOnlySpan<int> places, int firstRow)
    {
        MaxCode = block.Format.MaxCode;
        int lanes = Math.Min(width, block.Rows - firstRow);
        for (int i = 0; i < places.Length; i++)
        {
            int at = i * width, from = (firstRow * block.Groups) + (places[i] / block.Format.GroupSize);
            for (int lane = 0; lane < lanes; lane++, from += block.Groups)
            {
                Scales[at + lane] = block.Scales[from];
                Zeros[at + lane] = block.Zeros[from];
            }

            Scales.AsSpan(at + lanes, width - lanes).Fill(1);
            Zeros.AsSpan(at + lanes, width - lanes).Clear();
        }
    }

    /// <summary>Takes consecutive columns of a [rows, stride] array.</summary>
    public void Load(float[] source, int stride, int start, int length, int firstRow, int rows, float[] destination)
    {
        int lanes = Math.Min(width, rows - firstRow);
        destination.AsSpan(0, length * width).Clear();
        for (int lane = 0; lane < lanes; lane++)
        {
            ReadOnlySpan<float> row = source.AsSpan(((firstRow + lane) * stride) + start, length);
            for (int i = 0; i < row.Length; i++)
            {
                destination[(i * width) + lane] = row[i];
            }
        }
    }

    /// <summary>Writes a tile to consecutive columns of a [rows, stride] array.</summary>
    public void Store(float[] tile, float[] destination, int stride, int start, int length, int firstRow, int rows)
    {
        int lanes = Math.Min(width, rows - firstRow);
        for (int lane = 0; lane < lanes; lane++)
        {
            Span<float> row = destination.AsSpan(((firstRow + lane) * stride) + start, length);
            for (int i = 0; i < row.Length; i++)
            {
                row[i] = tile[(i * width) + lane];
            }
        }
    }

    /// <summary>Writes Levels to their places.</summary>
    public void StoreLevels(RowBlock block, ReadOnlySpan<int> places, int firstRow)
    {
        int lanes = Math.Min(width, block.Rows - firstRow);
        for (int lane = 0; lane < lanes; lane++)
        {
            Span<float> row = block.Levels.AsSpan((firstRow + lane) * block.Columns, block.Columns);
            for (int i = 0; i < places.Length; i++)
            {
                row[places[i]] = Levels[(i * width) + lane];
            }
        }
    }
}
