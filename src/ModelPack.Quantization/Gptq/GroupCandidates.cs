using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ModelPack.Quantization.Lanes;

namespace ModelPack.Quantization.Gptq;

/// <summary>The candidates of <see cref="GroupSearch{TLanes, TVector}"/> for one group of as many rows as there are lanes.</summary>
internal sealed class GroupCandidates<TLanes, TVector>(CodeFormat format)
    where TLanes : ILanes<TVector>
    where TVector : struct
{
    /// <summary>Multiples of the present scale that are tried. Measured: neighbouring zero points and mirrored scales add nothing to these.</summary>
    private static readonly float[] TwoBits = [0.85f, 0.95f, 1.05f, 1.18f];
    private static readonly float[] ThreeBits = [0.9f, 0.96f, 1.04f, 1.1f];
    private static readonly float[] MoreBits = [0.97f, 1, 1.03f];

    private readonly float[] _scales = new float[TLanes.Width];
    private readonly float[] _zeros = new float[TLanes.Width];
    private readonly float[] _bestScales = new float[TLanes.Width];
    private readonly float[] _bestGains = new float[TLanes.Width];
    private readonly float[] _tryScales = new float[TLanes.Width];
    private readonly float[] _numerators = new float[TLanes.Width];
    private readonly float[] _denominators = new float[TLanes.Width];
    private readonly float[] _inverseDiagonal = new float[format.GroupSize];
    private readonly float[] _values = new float[format.GroupSize * TLanes.Width];
    private readonly float[] _given = new float[format.GroupSize * TLanes.Width];
    private readonly float[] _pull = new float[format.GroupSize * TLanes.Width];
    private readonly float[] _levels = new float[format.GroupSize * TLanes.Width];
    private readonly float[] _falls = new float[format.GroupSize * TLanes.Width];
    private readonly float[] _bestLevels = new float[format.GroupSize * TLanes.Width];
    private readonly float[] _product = new float[format.GroupSize * TLanes.Width];

    private static float[] Factors(int bits) => bits switch { 2 => TwoBits, 3 => ThreeBits, _ => MoreBits };

    /// <summary>Takes scale and zero point of a group.</summary>
    public void LoadFormat(RowBlock block, int group, int firstRow)
    {
        for (int lane = 0; lane < TLanes.Width; lane++)
        {
            int row = firstRow + lane, index = (row * block.Groups) + group;
            (_scales[lane], _zeros[lane]) = row < block.Rows ? (block.Scales[index], block.Zeros[index]) : (1, format.MiddleCode);
        }
    }

    /// <summary>Writes the best scale.</summary>
    public void StoreFormat(RowBlock block, int group, int firstRow)
    {
        for (int lane = 0; lane < TLanes.Width && firstRow + lane < block.Rows; lane++)
        {
            int index = ((firstRow + lane) * block.Groups) + group;
            block.Scales[index] = _bestScales[lane];
        }
    }

    /// <summary>Searches; Levels and Changes of the tile hold the best afterwards.</summary>
    /// <param name="tile">Levels and Values (the product) of a block of columns.</param>
    /// <param name="whole">[columns, columns]: the hessian of the tile's columns.</param>
    /// <param name="columns">Columns of the tile.</param>
    /// <param name="first">First column of the group in the tile.</param>
    /// <param name="size">Columns of the group.</param>
    public void Run(ColumnTile tile, float[] whole, int columns, int first, int size)
    {
        ReadOnlySpan<float> square = whole.AsSpan((first * columns) + first);
        Begin(tile, square, columns, first, size);
        foreach (float factor in Factors(format.Bits))
        {
            for (int lane = 0; lane < TLanes.Width; lane++)
            {
                _tryScales[lane] = StoredScale.Round(_scales[lane] * factor);
            }

            Start(size);
            Descend(square, columns, size);
            FitScale(square, columns, size);
            Descend(square, columns, size);
            Keep(square, columns, size);
        }

        Finish(tile, first, size);
    }

    private void Begin(ColumnTile tile, ReadOnlySpan<float> square, int stride, int first, int size)
    {
        int count = size * TLanes.Width;
        tile.Levels.AsSpan(first * TLanes.Width, count).CopyTo(_bestLevels);
        tile.Values.AsSpan(first * TLanes.Width, count).CopyTo(_given);
        _scales.CopyTo(_bestScales, 0);
        Array.Clear(_bestGains);
        TVector scale = TLanes.Load(in _scales[0], 0);
        for (int i = 0; i < size; i++)
        {
            _inverseDiagonal[i] = 1 / square[(i * stride) + i];
            TLanes.Store(TLanes.Multiply(scale, TLanes.Load(in _bestLevels[0], i * TLanes.Width)), ref _values[0], i * TLanes.Width);
        }

        Array.Clear(_product);
        TileProduct.Multiply<TLanes, TVector>(ref _values[0], _product, _pull, square, stride, size, size);
    }

    /// <summary>Nearest levels to the present values.</summary>
    private void Start(int size)
    {
        (TVector scale, TVector inverse, TVector low, TVector high) = Bounds();
        TVector minusScale = TLanes.Multiply(scale, TLanes.Create(-1));
        for (int at = 0; at < size * TLanes.Width; at += TLanes.Width)
        {
            TVector value = TLanes.Load(in _values[0], at);
            TVector level = TLanes.Max(TLanes.Min(TLanes.Round(TLanes.Multiply(value, inverse)), high), low);
            TLanes.Store(level, ref _levels[0], at);
            TLanes.Store(TLanes.MultiplyAdd(minusScale, level, value), ref _falls[0], at);
        }
    }

    /// <summary>
    /// One pass of coordinate descent. A column's product is summed up when its turn comes, the fall of the column before it last of all: so the
    /// long sum does not wait for the decision just made.
    /// </summary>
    private void Descend(ReadOnlySpan<float> square, int stride, int size)
    {
        (TVector scale, TVector inverse, TVector low, TVector high) = Bounds();
        TVector minus = TLanes.Create(-1), minusScale = TLanes.Multiply(scale, minus);
        ref float falls = ref MemoryMarshal.GetArrayDataReference(_falls);
        for (int i = 0; i < size; i++)
        {
            int at = i * TLanes.Width;
            ref readonly float row = ref square.Slice(i * stride, size)[0];
            TVector rest = TLanes.Add(TileProduct.Sum<TLanes, TVector>(ref falls, in row, i, size), TLanes.Add(TileProduct.Sum<TLanes, TVector>(ref falls, in row, 0, i - 1), TLanes.Load(in _given[0], at)));
            TVector value = TLanes.Load(in _values[0], at);
            TVector product = i == 0 ? rest : TLanes.MultiplyAdd(TLanes.Load(in falls, at - TLanes.Width), TLanes.Create(Unsafe.Add(ref Unsafe.AsRef(in row), i - 1)), rest);
            TVector wanted = TLanes.MultiplyAdd(product, TLanes.Create(_inverseDiagonal[i]), TLanes.MultiplyAdd(TLanes.Load(in falls, at), minus, value));
            TVector level = TLanes.Max(TLanes.Min(TLanes.Round(TLanes.Multiply(wanted, inverse)), high), low);
            TLanes.Store(level, ref _levels[0], at);
            TLanes.Store(TLanes.MultiplyAdd(minusScale, level, value), ref falls, at);
        }
    }

    /// <summary>The scale of least error with the levels as they are; scale * H levels = given - product + H present values.</summary>
    private void FitScale(ReadOnlySpan<float> square, int stride, int size)
    {
        TileProduct.Multiply<TLanes, TVector>(ref _falls[0], _given, _product, square, stride, size, size);
        TVector minus = TLanes.Create(-1), numerator = TLanes.Create(0), denominator = numerator;
        for (int at = 0; at < size * TLanes.Width; at += TLanes.Width)
        {
            TVector level = TLanes.Load(in _levels[0], at), product = TLanes.Load(in _product[0], at);
            TVector pulled = TLanes.MultiplyAdd(product, minus, TLanes.Add(TLanes.Load(in _given[0], at), TLanes.Load(in _pull[0], at)));
            numerator = TLanes.MultiplyAdd(level, product, numerator);
            denominator = TLanes.MultiplyAdd(level, pulled, denominator);
        }

        TLanes.Store(numerator, ref _numerators[0], 0);
        TLanes.Store(denominator, ref _denominators[0], 0);
        for (int lane = 0; lane < TLanes.Width; lane++)
        {
            float change = _denominators[lane] / _tryScales[lane];
            if (change > 0)
            {
                _tryScales[lane] = StoredScale.Round(_tryScales[lane] + ((double)_numerators[lane] / change));
            }
        }

        TVector minusScale = TLanes.Multiply(TLanes.Load(in _tryScales[0], 0), minus);
        for (int at = 0; at < size * TLanes.Width; at += TLanes.Width)
        {
            TLanes.Store(TLanes.MultiplyAdd(minusScale, TLanes.Load(in _levels[0], at), TLanes.Load(in _values[0], at)), ref _falls[0], at);
        }
    }

    /// <summary>Takes over the lanes in which the candidate gains more than the best so far.</summary>
    private void Keep(ReadOnlySpan<float> square, int stride, int size)
    {
        TileProduct.Multiply<TLanes, TVector>(ref _falls[0], _given, _product, square, stride, size, size);
        TVector minus = TLanes.Create(-1), gain = TLanes.Create(0), scale = TLanes.Load(in _tryScales[0], 0);
        for (int at = 0; at < size * TLanes.Width; at += TLanes.Width)
        {
            TVector change = TLanes.Multiply(TLanes.Load(in _falls[0], at), minus);
            gain = TLanes.MultiplyAdd(change, TLanes.Add(TLanes.Load(in _given[0], at), TLanes.Load(in _product[0], at)), gain);
        }

        TVector best = TLanes.Load(in _bestGains[0], 0);
        for (int at = 0; at < size * TLanes.Width; at += TLanes.Width)
        {
            TLanes.Store(TLanes.SelectGreater(gain, best, TLanes.Load(in _levels[0], at), TLanes.Load(in _bestLevels[0], at)), ref _bestLevels[0], at);
        }

        TLanes.Store(TLanes.SelectGreater(gain, best, scale, TLanes.Load(in _bestScales[0], 0)), ref _bestScales[0], 0);
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

    private (TVector Scale, TVector Inverse, TVector Low, TVector High) Bounds()
    {
        TVector scale = TLanes.Load(in _tryScales[0], 0), low = TLanes.Multiply(TLanes.Load(in _zeros[0], 0), TLanes.Create(-1));
        return (scale, TLanes.Divide(TLanes.Create(1), scale), low, TLanes.Add(low, TLanes.Create(format.MaxCode)));
    }
}
