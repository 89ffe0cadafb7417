using ModelPack.Formats.Gguf;

namespace ModelPack.Packing.Sources.Gguf;

/// <summary>One row of a quantized tensor, taken apart. Not thread-safe.</summary>
internal sealed class RowParts
{
    private readonly GgufBlockShape _shape;
    private readonly byte[] _bytes;
    private readonly byte[] _codes;
    private readonly sbyte[] _subScales;
    private readonly byte[] _subMinimums;
    private readonly Half[] _scales;
    private readonly Half[] _minimums;
    private readonly int _groupsPerBlock;

    public RowParts(GgufTensorType type, int columns)
    {
        _shape = GgufBlocks.Shape(type);
        int blocks = columns / _shape.ElementsPerBlock;
        _bytes = new byte[blocks * type.BytesPerBlock()];
        _codes = new byte[columns];
        _subScales = new sbyte[blocks * _shape.SubScalesPerBlock];
        _subMinimums = new byte[blocks * _shape.SubMinimumsPerBlock];
        _scales = new Half[blocks];
        _minimums = new Half[_shape.HasMinimums ? blocks : 0];
        _groupsPerBlock = _shape.ElementsPerBlock / _shape.SubBlockElements;
    }

    /// <summary>Reads a row.</summary>
    public void Read(GgufTensor tensor, int row)
    {
        tensor.ReadBytes((long)row * _bytes.Length, _bytes);
        GgufBlocks.Unpack(_shape.Type, _bytes, _codes, _subScales, _subMinimums, _scales, _minimums);
    }

    /// <summary>Writes the codes, four or eight bits each, the first in the lowest bits.</summary>
    public void WriteCodes(ReadOnlySpan<byte> placed, int bits, Span<byte> packed)
    {
        if (bits == 8)
        {
            for (int i = 0; i < packed.Length; i++)
            {
                packed[i] = placed[_codes[i]];
            }

            return;
        }

        for (int i = 0; i < packed.Length; i++)
        {
            packed[i] = (byte)(placed[_codes[2 * i]] | (placed[_codes[(2 * i) + 1]] << 4));
        }
    }

    /// <summary>Writes the scale of every group: the block's, times the group's own where it has one, rounded to float32 as ggml rounds it.</summary>
    public void WriteScales(Span<float> scales)
    {
        for (int group = 0; group < scales.Length; group++)
        {
            scales[group] = (float)_scales[group / _groupsPerBlock] * (_shape.HasSubScales ? _subScales[group] : 1);
        }
    }

    /// <summary>Writes the value of the lowest code of every group; with minimums of groups ggml subtracts their product.</summary>
    public void WriteMinimums(Span<float> minimums)
    {
        for (int group = 0; group < minimums.Length; group++)
        {
            float minimum = (float)_minimums[group / _groupsPerBlock];
            minimums[group] = _shape.HasSubScales ? -(minimum * _subMinimums[group]) : minimum;
        }
    }
}
