namespace ModelPack.Quantization.Allocation;

/// <summary>The choice that steps along the convex hulls reach, and the price of a bit at which they stop.</summary>
/// <param name="Options">Index of the chosen option in each unit's front.</param>
/// <param name="Damage">Its damage.</param>
/// <param name="Price">Damage saved by a bit at the first step that no longer fits.</param>
/// <param name="DamageBound">No choice within the budget has less damage (Lagrange's bound at that price).</param>
internal sealed record HullChoice(int[] Options, double Damage, double Price, double DamageBound)
{
    public static HullChoice Of(OptionFront[] fronts, long budget)
    {
        var steps = new List<(double Gain, int Unit, int Step)>();
        long left = budget;
        for (int unit = 0; unit < fronts.Length; unit++)
        {
            OptionFront front = fronts[unit];
            left -= front.Options[0].Bits;
            for (int step = 1; step < front.Hull.Length; step++)
            {
                steps.Add((front.Gain(front.Hull[step - 1], front.Hull[step]), unit, step));
            }
        }

        // Gains fall along a hull, so a unit's steps come in their order.
        steps.Sort((a, b) => (b.Gain, a.Unit, a.Step).CompareTo((a.Gain, b.Unit, b.Step)));
        int[] taken = new int[fronts.Length];
        double price = 0;
        bool full = false;
        foreach ((double gain, int unit, int step) in steps)
        {
            OptionFront front = fronts[unit];
            long bits = front.Options[front.Hull[step]].Bits - front.Options[front.Hull[taken[unit]]].Bits;
            if (bits <= left)
            {
                taken[unit] = step;
                left -= bits;
            }
            else if (!full)
            {
                full = true;
                price = gain;
            }
        }

        int[] options = [.. fronts.Select((front, unit) => front.Hull[taken[unit]])];
        double damage = fronts.Select((front, unit) => front.Options[options[unit]].Damage).Sum();
        double bound = fronts.Sum(front => front.Options.Min(option => option.Damage + (price * option.Bits))) - (price * budget);
        return new HullChoice(options, damage, price, bound);
    }
}
