using ModelPack.Quantization.Lanes;

namespace ModelPack.Quantization.Gptq;

/// <summary>
/// All scales of a row together: with levels l of group j as column j of B they minimize (w - B s)^T H (w - B s), a small linear system a row. One row a
/// lane: the systems of many rows share every part of the hessian while it is in the cache.
/// </summary>
internal static class ScaleRefit
{
    // Numbers in the systems that are held at a time.
    private const int LargestSystems = 1 << 23;

    /// <summary>Changes Scales of <paramref name="block"/>. Product must hold (weights - values) H and does not fit the new scales afterwards.</summary>
    /// <returns>Rows whose scales changed.</returns>
    public static int Run<TLanes, TVector>(RowBlock block, GptqInput input)
        where TLanes : ILanes<TVector>
        where TVector : struct
    {
        int groups = block.Groups, width = TLanes.Width, wanted = (block.Rows + width - 1) / width, changed = 0;
        int atOnce = Math.Clamp(LargestSystems / (groups * groups * width), 1, wanted);
        float[][] levels = Arrays(atOnce, block.Columns * width), systems = Arrays(atOnce, groups * groups * width);
        var tile = new ColumnTile(0, width);
        float[] product = new float[block.Columns * width];
        var solver = new ScaleSolver<TLanes, TVector>(groups);
        for (int first = 0; first < wanted; first += atOnce)
        {
            int count = Math.Min(atOnce, wanted - first);
            for (int i = 0; i < count; i++)
            {
                tile.Load(block.Levels, block.Columns, 0, block.Columns, (first + i) * width, block.Rows, levels[i]);
            }

            Systems<TLanes, TVector>(block, input.Hessian, levels.AsSpan(0, count), systems);
            for (int i = 0; i < count; i++)
            {
                tile.Load(block.Product, block.Columns, 0, block.Columns, (first + i) * width, block.Rows, product);
                Gradient<TLanes, TVector>(block, levels[i], product, solver.Residual);
                changed += solver.Improve(systems[i], block, (first + i) * width);
            }
        }

        return changed;
    }

    private static float[][] Arrays(int count, int length) => [.. Enumerable.Range(0, count).Select(_ => new float[length])];

    /// <summary>B^T H B of each row, [groups, groups, lanes]. A group's rows of the hessian are laid block by block, so that all tiles find them in the cache.</summary>
    private static void Systems<TLanes, TVector>(RowBlock block, float[] hessian, ReadOnlySpan<float[]> levels, float[][] systems)
        where TLanes : ILanes<TVector>
        where TVector : struct
    {
        int columns = block.Columns, groups = block.Groups, size = block.Format.GroupSize, width = TLanes.Width;
        float[] zeros = new float[size * width], pull = new float[size * width], blocks = new float[groups * size * size];
        for (int group = 0; group < groups; group++)
        {
            int start = group * size, length = block.GroupEnd(group) - start;
            for (int i = 0; i < length; i++)
            {
                ReadOnlySpan<float> row = hessian.AsSpan((start + i) * columns, columns);
                for (int other = group; other < groups; other++)
                {
                    row[(other * size)..block.GroupEnd(other)].CopyTo(blocks.AsSpan(((other * size) + i) * size));
                }
            }

            for (int i = 0; i < levels.Length; i++)
            {
                for (int other = group; other < groups; other++)
                {
                    int from = other * size, count = block.GroupEnd(other) - from;
                    TileProduct.Multiply<TLanes, TVector>(ref levels[i][from * width], zeros, pull, blocks.AsSpan(from * size), size, length, count);
                    TVector sum = Dot<TLanes, TVector>(levels[i], start * width, pull, 0, length);
                    TLanes.Store(sum, ref systems[i][((group * groups) + other) * width], 0);
                    TLanes.Store(sum, ref systems[i][((other * groups) + group) * width], 0);
                }
            }
        }
    }

    /// <summary>B^T H (w - B s) at the present scales, [groups, lanes].</summary>
    private static void Gradient<TLanes, TVector>(RowBlock block, float[] levels, float[] product, float[] gradient)
        where TLanes : ILanes<TVector>
        where TVector : struct
    {
        for (int group = 0; group < block.Groups; group++)
        {
            int at = group * block.Format.GroupSize * TLanes.Width, length = block.GroupEnd(group) - (group * block.Format.GroupSize);
            TLanes.Store(Dot<TLanes, TVector>(levels, at, product, at, length), ref gradient[group * TLanes.Width], 0);
        }
    }

    private static TVector Dot<TLanes, TVector>(float[] a, int atA, float[] b, int atB, int length)
        where TLanes : ILanes<TVector>
        where TVector : struct
    {
        TVector sum = TLanes.Create(0);
        for (int i = 0; i < length * TLanes.Width; i += TLanes.Width)
        {
            sum = TLanes.MultiplyAdd(TLanes.Load(in a[0], atA + i), TLanes.Load(in b[0], atB + i), sum);
        }

        return sum;
    }
}
