using System.Runtime.Intrinsics;
using ModelPack.Quantization.GgmlBlocks;
using ModelPack.Quantization.Lanes;

namespace ModelPack.Tests.GgmlBlocks;

/// <summary>The vector paths against the scalar one; a width without hardware support is computed in parts.</summary>
public sealed class BlockLaneWidthTests
{
    public static TheoryData<BlockFormat> Formats() => EncodedBlocks.Formats();

    [Theory]
    [MemberData(nameof(Formats))]
    public void Every_vector_width_gives_the_blocks_of_the_scalar_path(BlockFormat format)
    {
        foreach ((int rows, int blocksOfRow) in new[] { (1, 1), (3, 3), (17, 1), (1, 21) })
        {
            int columns = blocksOfRow * BlockShape.Of(format).Elements;
            float[] values = Spread(Gaussian.Student5(rows * columns, seed: rows), columns * rows / (rows * blocksOfRow));
            foreach (float[] importance in new[] { [], Array.ConvertAll(Gaussian.Values(columns, seed: 7), x => x * x) })
            {
                EncodedBlocks scalar = Run<Lanes1, float>(format, values, importance);
                scalar.AssertSame(Run<Lanes4, Vector128<float>>(format, values, importance));
                scalar.AssertSame(Run<Lanes8, Vector256<float>>(format, values, importance));
                scalar.AssertSame(Run<Lanes16, Vector512<float>>(format, values, importance));
            }
        }
    }

    [Fact]
    public void Every_position_finds_the_nearest_value_of_the_table_and_a_tie_the_upper_one()
    {
        ILevels levels = default(TableLevels);
        for (float position = -150; position <= 130; position += 0.125f)
        {
            int nearest = 0;
            for (int code = 1; code < TableLevels.Values.Length; code++)
            {
                nearest = Math.Abs(TableLevels.Values[code] - position) <= Math.Abs(TableLevels.Values[nearest] - position) ? code : nearest;
            }

            Assert.Equal(nearest, levels.Code<Lanes1, float>(position));
            Assert.Equal(TableLevels.Values[nearest], levels.Nearest<Lanes1, float>(position));
        }
    }

    [Fact]
    public void Rounding_in_lanes_gives_the_float16_of_the_conversion()
    {
        var random = new Random(3);
        for (int i = 0; i < 100_000; i++)
        {
            float value = (float)((random.NextDouble() - 0.5) * Math.Pow(2, random.Next(-30, 18)));
            float expected = (float)(Half)Math.Clamp(value, -65504f, 65504f);
            Assert.Equal(expected, HalfRounding.Round<Lanes1, float>(value, 1));
            Assert.Equal(expected * 8, HalfRounding.Round<Lanes1, float>(value * 8, 8));
        }
    }

    /// <summary>Blocks of very different kinds: zero, one-signed, tiny, huge, with one outlier.</summary>
    private static float[] Spread(float[] values, int elements)
    {
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (i / elements % 7) switch
            {
                0 => values[i] * 0.02f,
                1 => 0,
                2 => Math.Abs(values[i]) + 1,
                3 => values[i] * 1e-38f,
                4 => values[i] * 3e36f,
                5 => i % elements == 5 ? 1000 : values[i],
                _ => -Math.Abs(values[i]),
            };
        }

        return values;
    }

    private static EncodedBlocks Run<TLanes, TVector>(BlockFormat format, float[] values, float[] importance)
        where TLanes : ILanes<TVector>
        where TVector : struct
    {
        var blocks = new EncodedBlocks(format, values.Length);
        BlockDispatch<TLanes, TVector>.Run(BlockShape.Of(format), values, importance, blocks.Fields);
        return blocks;
    }
}
