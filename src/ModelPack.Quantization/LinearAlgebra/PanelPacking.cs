namespace ModelPack.Quantization.LinearAlgebra;

/// <summary>Copies part of a matrix into panels: [panel][depth][width], the last panel filled with zeros.</summary>
internal static unsafe class PanelPacking
{
    /// <summary>
    /// Element (k, i) of the source is at source + k * depthStride + i * widthStride, k below <paramref name="depth"/> and i below <paramref name="count"/>.
    /// </summary>
    public static void Pack(float* source, nint depthStride, nint widthStride, int depth, int count, int width, float* target)
    {
        for (int i = 0; i < count; i += width)
        {
            int used = Math.Min(width, count - i);
            float* panel = target + ((nint)i * depth);
            if (used < width)
            {
                new Span<float>(panel, width * depth).Clear();
            }

            float* from = source + (i * widthStride);
            if (widthStride == 1)
            {
                for (int k = 0; k < depth; k++, from += depthStride, panel += width)
                {
                    new ReadOnlySpan<float>(from, used).CopyTo(new Span<float>(panel, used));
                }
            }
            else
            {
                for (int column = 0; column < used; column++, from += widthStride)
                {
                    for (int k = 0; k < depth; k++)
                    {
                        panel[(k * width) + column] = from[k * depthStride];
                    }
                }
            }
        }
    }

    /// <summary>The way back for one panel of <paramref name="width"/>: element (k, i) of the panel to target + k * depthStride + i * widthStride.</summary>
    public static void Unpack(float* panel, int width, float* target, nint depthStride, nint widthStride, int depth, int count)
    {
        if (widthStride == 1)
        {
            for (int k = 0; k < depth; k++, target += depthStride, panel += width)
            {
                new ReadOnlySpan<float>(panel, count).CopyTo(new Span<float>(target, count));
            }

            return;
        }

        for (int column = 0; column < count; column++, target += widthStride)
        {
            for (int k = 0; k < depth; k++)
            {
                target[k * depthStride] = panel[(k * width) + column];
            }
        }
    }
}
