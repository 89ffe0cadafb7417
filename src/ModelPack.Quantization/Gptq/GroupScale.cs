using ModelPack.Quantization.Lanes;

namespace ModelPack.Quantization.Gptq;

/// <summary>Scale and zero point of one group of as many rows as there are lanes, and the scale of least error with the levels as they are.</summary>
internal sealed class GroupScale<TLanes, TVector>(CodeFormat format)
    where TLanes : ILanes<TVector>
    where TVector : struct
{
    private readonly float[] _scales = new float[TLanes.Width];
    private readonly float[] _zeros = new float[TLanes.Width];
    private readonly float[] _steps = new float[TLanes.Width];
    private readonly float[] _numerators = new float[TLanes.Width];
    private readonly float[] _denominators = new float[TLanes.Width];

    // What the group's levels pull at every column of the tile: rows of the hessian, which is symmetric, times levels.
    private float[] _pull = [];

    /// <summary>Scale of each lane.</summary>
    public TVector Scale => TLanes.Load(in _scales[0], 0);

    /// <summary>Zero point of each lane.</summary>
    public TVector Zero => TLanes.Load(in _zeros[0], 0);

    /// <summary>Takes scale and zero point of a group.</summary>
    public void Load(RowBlock block, int group, int firstRow)
    {
        for (int lane = 0; lane < TLanes.Width; lane++)
        {
            int row = firstRow + lane, index = (row * block.Groups) + group;
            (_scales[lane], _zeros[lane]) = row < block.Rows ? (block.Scales[index], block.Zeros[index]) : (1, format.MiddleCode);
        }
    }

    /// <summary>Writes the scale.</summary>
    public void Store(RowBlock block, int group, int firstRow)
    {
        for (int lane = 0; lane < TLanes.Width && firstRow + lane < block.Rows; lane++)
        {
            block.Scales[((firstRow + lane) * block.Groups) + group] = _scales[lane];
        }
    }

    /// <summary>Notes the values as they are; they are exact, products of an 11-bit and an 8-bit number.</summary>
    public void Begin(ColumnTile tile, int first, int size)
    {
        TVector minusScale = TLanes.Multiply(Scale, TLanes.Create(-1));
        for (int at = first * TLanes.Width; at < (first + size) * TLanes.Width; at += TLanes.Width)
        {
            TLanes.Store(TLanes.Multiply(minusScale, TLanes.Load(in tile.Levels[0], at)), ref tile.Changes[0], at);
        }
    }

    /// <summary>Changes becomes what the values have changed by since <see cref="Begin"/>.</summary>
    public void Finish(ColumnTile tile, int first, int size)
    {
        TVector scale = Scale;
        for (int at = first * TLanes.Width; at < (first + size) * TLanes.Width; at += TLanes.Width)
        {
            TLanes.Store(TLanes.MultiplyAdd(scale, TLanes.Load(in tile.Levels[0], at), TLanes.Load(in tile.Changes[0], at)), ref tile.Changes[0], at);
        }
    }

    /// <summary>Sets the scale to the float16 number next to the best one, where that gains, and lets the tile's product know.</summary>
    /// <param name="tile">Levels and Values (the product).</param>
    /// <param name="square">[length, length]: the hessian of the tile's columns.</param>
    /// <param name="length">Columns of the tile.</param>
    /// <param name="first">First column of the group in the tile.</param>
    /// <param name="size">Columns of the group.</param>
    public void Refit(ColumnTile tile, float[] square, int length, int first, int size)
    {
        if (_pull.Length < length * TLanes.Width)
        {
            _pull = new float[length * TLanes.Width];
        }

        Array.Clear(_pull);
        TileProduct.Multiply<TLanes, TVector>(ref tile.Levels[first * TLanes.Width], _pull, _pull, square.AsSpan(first), length, length, size);
        TVector numerator = TLanes.Create(0), denominator = numerator;
        for (int at = first * TLanes.Width; at < (first + size) * TLanes.Width; at += TLanes.Width)
        {
            TVector level = TLanes.Load(in tile.Levels[0], at);
            numerator = TLanes.MultiplyAdd(level, TLanes.Load(in tile.Values[0], at), numerator);
            denominator = TLanes.MultiplyAdd(level, TLanes.Load(in _pull[0], at), denominator);
        }

        TLanes.Store(numerator, ref _numerators[0], 0);
        TLanes.Store(denominator, ref _denominators[0], 0);
        Step();
        TVector minusStep = TLanes.Multiply(TLanes.Load(in _steps[0], 0), TLanes.Create(-1));
        for (int at = 0; at < length * TLanes.Width; at += TLanes.Width)
        {
            TLanes.Store(TLanes.MultiplyAdd(minusStep, TLanes.Load(in _pull[0], at), TLanes.Load(in tile.Values[0], at)), ref tile.Values[0], at);
        }
    }

    private void Step()
    {
        for (int lane = 0; lane < TLanes.Width; lane++)
        {
            double numerator = _numerators[lane], denominator = _denominators[lane];
            float better = denominator > 0 ? StoredScale.Round(_scales[lane] + (numerator / denominator)) : _scales[lane];
            double step = better - _scales[lane];
            bool gains = step * ((2 * numerator) - (step * denominator)) > 0;
            _steps[lane] = gains ? (float)step : 0;
            _scales[lane] = gains ? better : _scales[lane];
        }
    }
}
