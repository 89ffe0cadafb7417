using ModelPack.Formats.Gguf;
using ModelPack.Quantization.GgmlBlocks;

namespace ModelPack.Tests.GgmlBlocks;

/// <summary>Blocks of a format: the fields, and what the decoder of the file format, which knows nothing of the encoder, makes of them.</summary>
internal sealed class EncodedBlocks
{
    public EncodedBlocks(BlockFormat format, int values)
    {
        BlockShape shape = BlockShape.Of(format);
        int blocks = values / shape.Elements;
        Format = format;
        Codes = new byte[values];
        Scales = new Half[blocks];
        Minimums = new Half[shape.HasMinimums ? blocks : 0];
        SubScales = new sbyte[shape.SubScaleBits > 0 ? blocks * shape.SubBlocks : 0];
        SubMinimums = new byte[shape.SubMinimumBits > 0 ? blocks * shape.SubBlocks : 0];
    }

    public BlockFormat Format { get; }

    public byte[] Codes { get; }

    public Half[] Scales { get; }

    public Half[] Minimums { get; }

    public sbyte[] SubScales { get; }

    public byte[] SubMinimums { get; }

    /// <summary>ggml's number of the type.</summary>
    public GgufTensorType Type => Enum.Parse<GgufTensorType>(Format.ToString());

    public BlockFields Fields => new() { Codes = Codes, Scales = Scales, Minimums = Minimums, SubScales = SubScales, SubMinimums = SubMinimums };

    public static TheoryData<BlockFormat> Formats() => [.. Enum.GetValues<BlockFormat>()];

    public static EncodedBlocks Encode(BlockFormat format, float[] values, int columns, float[]? importance = null)
    {
        var blocks = new EncodedBlocks(format, values.Length);
        BlockEncoder.Encode(format, values, columns, importance, blocks.Fields);
        return blocks;
    }

    public byte[] Pack()
    {
        byte[] bytes = new byte[Scales.Length * Type.BytesPerBlock()];
        GgufBlocks.Pack(Type, Codes, SubScales, SubMinimums, Scales, Minimums, bytes);
        return bytes;
    }

    public float[] Decode()
    {
        float[] values = new float[Codes.Length];
        GgufBlocks.ToFloat32(Type, Pack(), values);
        return values;
    }

    public void AssertSame(EncodedBlocks other)
    {
        Assert.Equal(Scales, other.Scales);
        Assert.Equal(Minimums, other.Minimums);
        Assert.Equal(SubScales, other.SubScales);
        Assert.Equal(SubMinimums, other.SubMinimums);
        Assert.Equal(Codes, other.Codes);
    }
}
