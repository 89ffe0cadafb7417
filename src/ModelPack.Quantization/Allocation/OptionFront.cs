namespace ModelPack.Quantization.Allocation;

/// <summary>The options of a unit that can be part of a best choice: each larger one does less damage than all smaller ones.</summary>
/// <param name="Options">By growing bits.</param>
/// <param name="Hull">Indices of the options on the lower convex hull of damage over bits, from the smallest to the least damaging.</param>
internal sealed record OptionFront(AllocationOption[] Options, int[] Hull)
{
    public static OptionFront Of(IReadOnlyList<AllocationOption> options)
    {
        var front = new List<AllocationOption>();

        // OrderBy keeps the caller's order among equals.
        foreach (AllocationOption option in options.OrderBy(option => option.Bits).ThenBy(option => option.Damage))
        {
            if (front.Count == 0 || option.Damage < front[^1].Damage)
            {
                front.Add(option);
            }
        }

        return new OptionFront([.. front], ConvexHull(front));
    }

    /// <summary>Damage saved by each further bit on the way from one option to a larger one.</summary>
    public double Gain(int from, int to) =>
        (Options[from].Damage - Options[to].Damage) / (Options[to].Bits - Options[from].Bits);

    private static int[] ConvexHull(List<AllocationOption> front)
    {
        var hull = new List<int>();
        for (int i = 0; i < front.Count; i++)
        {
            while (hull.Count > 1 && !IsConvex(front[hull[^2]], front[hull[^1]], front[i]))
            {
                hull.RemoveAt(hull.Count - 1);
            }

            hull.Add(i);
        }

        return [.. hull];
    }

    private static bool IsConvex(AllocationOption a, AllocationOption b, AllocationOption c) =>
        (a.Damage - b.Damage) * (c.Bits - b.Bits) > (b.Damage - c.Damage) * (b.Bits - a.Bits);
}
