namespace ModelPack.Quantization;

/// <summary>Packs zero points group after group, each row from a new byte on.</summary>
internal ref struct ZeroPointWriter
{
    private readonly Span<byte> _packed;
    private readonly QuantizationScheme _scheme;
    private readonly int _groupsPerRow;
    private readonly int _bytesPerRow;
    private int _rowStart;
    private int _group;

    /// <summary>Clears <paramref name="packed"/>; nothing is written when the scheme has no zero points.</summary>
    public ZeroPointWriter(Span<byte> packed, QuantizationScheme scheme, int columns)
    {
        packed.Clear();
        _packed = packed;
        _scheme = scheme;
        _groupsPerRow = scheme.GroupsPerRow(columns);
        _bytesPerRow = scheme.ZeroPointBytesPerRow(columns);
    }

    /// <summary>Appends whole numbers.</summary>
    public void Write(ReadOnlySpan<float> zeroPoints)
    {
        if (_scheme.Symmetric)
        {
            return;
        }

        foreach (float zeroPoint in zeroPoints)
        {
            CodePacking.Pack((int)zeroPoint, _scheme.Bits, _packed.Slice(_rowStart, _bytesPerRow), _group);
            _group++;
            if (_group == _groupsPerRow)
            {
                _group = 0;
                _rowStart += _bytesPerRow;
            }
        }
    }
}
