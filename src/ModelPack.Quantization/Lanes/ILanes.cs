namespace ModelPack.Quantization.Lanes;

/// <summary>
/// Arithmetic on <see cref="Width"/> float32 lanes at once. An algorithm written over it runs on one lane (the scalar reference) and on every
/// vector width with the same operations in the same order a lane, hence with the same bits: every operation here is correctly rounded or exact.
/// </summary>
internal interface ILanes<TVector>
    where TVector : struct
{
    /// <summary>Lanes: 1, 4, 8 or 16.</summary>
    static abstract int Width { get; }

    /// <summary>The same value in every lane.</summary>
    static abstract TVector Create(float value);

    /// <summary>Lanes from <paramref name="start"/> + <paramref name="offset"/> on.</summary>
    static abstract TVector Load(ref readonly float start, int offset);

    /// <summary>Writes the lanes to <paramref name="start"/> + <paramref name="offset"/> on.</summary>
    static abstract void Store(TVector value, ref float start, int offset);

    /// <summary>Writes low + 65536 * high, both whole numbers from 0 to 65535, one word a lane.</summary>
    static abstract void StoreWords(TVector low, TVector high, ref uint start);

    /// <summary>Writes whole numbers from 0 to 255, one byte a lane.</summary>
    static abstract void StoreBytes(TVector value, ref byte start);

    /// <summary>Of the sixteen numbers from <paramref name="table"/> on, the one with the index of each lane, a whole number from 0 to 15.</summary>
    static abstract TVector Lookup(ref readonly float table, TVector index);

    static abstract TVector Add(TVector a, TVector b);

    static abstract TVector Subtract(TVector a, TVector b);

    static abstract TVector Multiply(TVector a, TVector b);

    /// <summary>a * b + c, rounded once.</summary>
    static abstract TVector MultiplyAdd(TVector a, TVector b, TVector c);

    static abstract TVector Divide(TVector a, TVector b);

    static abstract TVector SquareRoot(TVector value);

    /// <summary>The smaller lane; no lane may be NaN.</summary>
    static abstract TVector Min(TVector a, TVector b);

    /// <summary>The larger lane; no lane may be NaN.</summary>
    static abstract TVector Max(TVector a, TVector b);

    /// <summary>To the nearest whole number, ties to even.</summary>
    static abstract TVector Round(TVector value);

    /// <summary>1 / 2^e for the exponent e of each lane, itself a normal number; lanes are finite and not negative.</summary>
    static abstract TVector PowerOfTwoReciprocal(TVector value);

    /// <summary>a &gt; b ? x : y in each lane; NaN is not greater.</summary>
    static abstract TVector SelectGreater(TVector a, TVector b, TVector x, TVector y);
}
