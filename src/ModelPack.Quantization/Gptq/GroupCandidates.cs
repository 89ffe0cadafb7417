using System.Runtime.InteropServices;
using ModelPack.Quantization.Lanes;

namespace ModelPack.Quantization.Gptq;

/// <summary>The candidates of <see cref="GroupSearch"/> for one group of as many rows as there are lanes.</summary>
internal sealed class GroupCandidates<TLanes, TVector>(CodeFormat format)
    where TLanes : ILanes<TVector>
    where TVector : struct
{
    private static readonly float[] FewCodes = [0.75f, 0.87f, 1, 1.15f, 1.3f];
    private static readonly float[] ManyCodes = [0.92f, 0.96f, 1, 1.04f, 1.08f];

    private readonly float[] _scales = new float[TLanes.Width];
    private readonly float[] _zeros = new float[TLanes.Width];
    private readonly float[] _bestScales = new float[TLanes.Width];
    private readonly float[] _bestZeros = new float[TLanes.Width];
    private readonly float[] _bestGains = new float[TLanes.Width];
    private readonly float[] _gains = new float[TLanes.Width];
    private readonly float[] _tryScales = new float[TLanes.Width];
    private readonly float[] _tryZeros = new float[TLanes.Width];
    private readonly float[] _numerators = new float[TLanes.Width];
    private readonly float[] _denominators = new float[TLanes.Width];
    private readonly float[] _values = new float[format.GroupSize * TLanes.Width];
    private readonly float[] _given = new float[format.GroupSize * TLanes.Width];
    private readonly float[] _pull = new float[format.GroupSize * TLanes.Width];
    private readonly float[] _levels = new float[format.GroupSize * TLanes.Width];
    private readonly float[] _bestLevels = new float[format.GroupSize * TLanes.Width];
    private readonly float[] _product = new float[format.GroupSize * TLanes.Width];

    /// <summary>Takes scale and zero point of a group.</summary>
    public void LoadFormat(RowBlock block, int group, int firstRow)
    {
        for (int lane = 0; lane < TLanes.Width; lane++)
        {
            int row = firstRow + lane, index = (row * block.Groups) + group;
            (_scales[lane], _zeros[lane]) = row < block.Rows ? (block.Scales[index], block.Zeros[index]) : (1, format.MiddleCode);
        }
    }

    /// <summary>Writes the best scale and zero point.</summary>
    public void StoreFormat(RowBlock block, int group, int firstRow)
    {
        for (int lane = 0; lane < TLanes.Width && firstRow + lane < block.Rows; lane++)
        {
            int index = ((firstRow + lane) * block.Groups) + group;
            (block.Scales[index], block.Zeros[index]) = (_bestScales[lane], _bestZeros[lane]);
        }
    }

    /// <summary>Searches; Levels and Changes of the tile hold the best afterwards.</summary>
    /// <param name="tile">Levels and Values (the product) of a block of columns.</param>
    /// <param name="hessian">[columns, columns].</param>
    /// <param name="columns">Inputs.</param>
    /// <param name="column">First column of the group in the matrix.</param>
    /// <param name="first">First column of the group in the tile.</param>
    /// <param name="size">Columns of the group.</param>
    public void Run(ColumnTile tile, float[] hessian, int columns, int column, int first, int size)
    {
        ReadOnlySpan<float> square = hessian.AsSpan((column * columns) + column);
        Begin(tile, square, columns, first, size);
        foreach (float factor in format.Bits <= 3 ? FewCodes : ManyCodes)
        {
            for (int variant = -1; variant <= 1; variant++)
            {
                if (Prepare(factor, variant))
                {
                    Try(square, columns, size);
                }
            }
        }

        Finish(tile, first, size);
    }

    private bool Prepare(float factor, int variant)
    {
        if (format.Symmetric && variant > 0)
        {
            return false;
        }

        for (int lane = 0; lane < TLanes.Width; lane++)
        {
            bool mirrored = format.Symmetric && variant < 0;
            _tryScales[lane] = StoredScale.Round(_scales[lane] * (mirrored ? -factor : factor));
            _tryZeros[lane] = format.Symmetric ? _zeros[lane] : Math.Clamp(_zeros[lane] + variant, 0, format.MaxCode);
        }

        return true;
    }

    private void Begin(ColumnTile tile, ReadOnlySpan<float> square, int stride, int first, int size)
    {
        int count = size * TLanes.Width;
        tile.Levels.AsSpan(first * TLanes.Width, count).CopyTo(_bestLevels);
        tile.Values.AsSpan(first * TLanes.Width, count).CopyTo(_given);
        _scales.CopyTo(_bestScales, 0);
        _zeros.CopyTo(_bestZeros, 0);
        Array.Clear(_bestGains);
        Array.Clear(_pull);
        TVector scale = TLanes.Load(in _scales[0], 0);
        for (int at = 0; at < count; at += TLanes.Width)
        {
            TLanes.Store(TLanes.Multiply(scale, TLanes.Load(in _bestLevels[0], at)), ref _values[0], at);
        }

        for (int i = 0; i < size; i++)
        {
            Spread(_pull, TLanes.Load(in _values[0], i * TLanes.Width), square.Slice(i * stride, size));
        }
    }

    /// <summary>target[j] += times * row[j].</summary>
    private static void Spread(float[] target, TVector times, ReadOnlySpan<float> row)
    {
        ref float start = ref MemoryMarshal.GetArrayDataReference(target);
        for (int j = 0; j < row.Length; j++)
        {
            TLanes.Store(TLanes.MultiplyAdd(times, TLanes.Create(row[j]), TLanes.Load(in start, j * TLanes.Width)), ref start, j * TLanes.Width);
        }
    }

    private void Try(ReadOnlySpan<float> square, int stride, int size)
    {
        Start(square, stride, size);
        Descend(square, stride, size);
        FitScale(size);
        Descend(square, stride, size);
        Keep(size);
    }

    /// <summary>Nearest levels to the present values, and the product with them.</summary>
    private void Start(ReadOnlySpan<float> square, int stride, int size)
    {
        TVector minus = TLanes.Create(-1), scale = TLanes.Load(in _tryScales[0], 0);
        TVector low = TLanes.Multiply(TLanes.Load(in _tryZeros[0], 0), minus), high = TLanes.Add(low, TLanes.Create(format.MaxCode));
        _given.AsSpan(0, size * TLanes.Width).CopyTo(_product);
        for (int i = 0; i < size; i++)
        {
            int at = i * TLanes.Width;
            TVector value = TLanes.Load(in _values[0], at);
            TVector level = TLanes.Max(TLanes.Min(TLanes.Round(TLanes.Divide(value, scale)), high), low);
            TLanes.Store(level, ref _levels[0], at);
            Spread(_product, TLanes.MultiplyAdd(TLanes.Multiply(scale, minus), level, value), square.Slice(i * stride, size));
        }
    }

    private void Descend(ReadOnlySpan<float> square, int stride, int size)
    {
        TVector minus = TLanes.Create(-1), scale = TLanes.Load(in _tryScales[0], 0);
        TVector low = TLanes.Multiply(TLanes.Load(in _tryZeros[0], 0), minus), high = TLanes.Add(low, TLanes.Create(format.MaxCode));
        for (int i = 0; i < size; i++)
        {
            int at = i * TLanes.Width;
            ReadOnlySpan<float> row = square.Slice(i * stride, size);
            TVector level = TLanes.Load(in _levels[0], at);
            TVector wanted = TLanes.MultiplyAdd(scale, level, TLanes.Divide(TLanes.Load(in _product[0], at), TLanes.Create(row[i])));
            TVector better = TLanes.Max(TLanes.Min(TLanes.Round(TLanes.Divide(wanted, scale)), high), low);
            TLanes.Store(better, ref _levels[0], at);
            Spread(_product, TLanes.Multiply(scale, TLanes.MultiplyAdd(better, minus, level)), row);
        }
    }

    /// <summary>The scale of least error with the levels as they are: H times the levels follows from the sums that are kept.</summary>
    private void FitScale(int size)
    {
        TVector minus = TLanes.Create(-1), numerator = TLanes.Create(0), denominator = numerator;
        for (int at = 0; at < size * TLanes.Width; at += TLanes.Width)
        {
            TVector level = TLanes.Load(in _levels[0], at), product = TLanes.Load(in _product[0], at);
            numerator = TLanes.MultiplyAdd(level, product, numerator);
            denominator = TLanes.MultiplyAdd(level, ScaledPull(at, product), denominator);
        }

        TLanes.Store(numerator, ref _numerators[0], 0);
        TLanes.Store(denominator, ref _denominators[0], 0);
        for (int lane = 0; lane < TLanes.Width; lane++)
        {
            float old = _tryScales[lane], change = _denominators[lane] / old;
            float fitted = change > 0 ? StoredScale.Round(old + ((double)_numerators[lane] / change)) : old;
            _tryScales[lane] = fitted;
            _numerators[lane] = (fitted - old) / old;
        }

        TVector share = TLanes.Multiply(TLanes.Load(in _numerators[0], 0), minus);
        for (int at = 0; at < size * TLanes.Width; at += TLanes.Width)
        {
            TVector product = TLanes.Load(in _product[0], at);
            TLanes.Store(TLanes.MultiplyAdd(share, ScaledPull(at, product), product), ref _product[0], at);
        }
    }

    /// <summary>scale * H levels = given - product + H present values.</summary>
    private TVector ScaledPull(int at, TVector product) =>
        TLanes.MultiplyAdd(product, TLanes.Create(-1), TLanes.Add(TLanes.Load(in _given[0], at), TLanes.Load(in _pull[0], at)));

    private void Keep(int size)
    {
        TVector minus = TLanes.Create(-1), gain = TLanes.Create(0), scale = TLanes.Load(in _tryScales[0], 0);
        for (int at = 0; at < size * TLanes.Width; at += TLanes.Width)
        {
            TVector change = TLanes.MultiplyAdd(TLanes.Load(in _values[0], at), minus, TLanes.Multiply(scale, TLanes.Load(in _levels[0], at)));
            gain = TLanes.MultiplyAdd(change, TLanes.Add(TLanes.Load(in _given[0], at), TLanes.Load(in _product[0], at)), gain);
        }

        TVector best = TLanes.Load(in _bestGains[0], 0);
        TLanes.Store(gain, ref _gains[0], 0);
        for (int at = 0; at < size * TLanes.Width; at += TLanes.Width)
        {
            TLanes.Store(TLanes.SelectGreater(gain, best, TLanes.Load(in _levels[0], at), TLanes.Load(in _bestLevels[0], at)), ref _bestLevels[0], at);
        }

        TLanes.Store(TLanes.SelectGreater(gain, best, scale, TLanes.Load(in _bestScales[0], 0)), ref _bestScales[0], 0);
        TLanes.Store(TLanes.SelectGreater(gain, best, TLanes.Load(in _tryZeros[0], 0), TLanes.Load(in _bestZeros[0], 0)), ref _bestZeros[0], 0);
        TLanes.Store(TLanes.SelectGreater(gain, best, gain, best), ref _bestGains[0], 0);
    }

    private void Finish(ColumnTile tile, int first, int size)
    {
        TVector minus = TLanes.Create(-1), scale = TLanes.Load(in _bestScales[0], 0);
        for (int i = 0; i < size; i++)
        {
            int at = i * TLanes.Width, to = (first + i) * TLanes.Width;
            TVector level = TLanes.Load(in _bestLevels[0], at);
            TLanes.Store(level, ref tile.Levels[0], to);
            TLanes.Store(TLanes.MultiplyAdd(TLanes.Load(in _values[0], at), minus, TLanes.Multiply(scale, level)), ref tile.Changes[0], to);
        }
    }
}
