namespace ModelPack.Quantization.Allocation;

/// <summary>
/// Dynamic programming over the units on exact sizes. A partial choice is kept when no other is both smaller and less damaging, and
/// while what it wastes at the price of <see cref="HullChoice"/> stays within the gap between that choice and Lagrange's bound: a best choice
/// wastes no more. In real problems a handful of partial choices is left at each unit.
/// </summary>
internal static class BoundedSearch
{
    /// <summary>Partial choices kept at a unit; beyond it the least wasteful ones are, and the result is no longer proven best.</summary>
    public const int MostStates = 8192;

    // Of the damage: the sums of waste and damage are rounded differently.
    private const double Rounding = 1e-12;

    public static AllocationOption[] Improve(OptionFront[] fronts, long budget, HullChoice start, out bool proven)
    {
        double magnitude = fronts.Sum(front => Math.Abs(front.Options[0].Damage) + (start.Price * front.Options[^1].Bits));
        double gap = start.Damage - start.DamageBound + (Rounding * magnitude);
        long[] smallestAfter = new long[fronts.Length + 1];
        for (int unit = fronts.Length - 1; unit >= 0; unit--)
        {
            smallestAfter[unit] = smallestAfter[unit + 1] + fronts[unit].Options[0].Bits;
        }

        proven = true;
        var levels = new State[fronts.Length][];
        State[] states = [default];
        for (int unit = 0; unit < fronts.Length; unit++)
        {
            states = Extend(states, fronts[unit], start.Price, gap, budget - smallestAfter[unit + 1]);
            if (states.Length > MostStates)
            {
                states = Thin(states);
                proven = false;
            }

            levels[unit] = states;
        }

        // After thinning nothing may be left, or nothing as good as the start.
        bool better = states.Length > 0 && states[^1].Damage <= start.Damage + (Rounding * magnitude);
        return better ? Trace(fronts, levels) : [.. fronts.Select((front, unit) => front.Options[start.Options[unit]])];
    }

    private static State[] Extend(State[] states, OptionFront front, double price, double gap, long most)
    {
        double cheapest = front.Options.Min(option => option.Damage + (price * option.Bits));
        var candidates = new List<State>();
        for (int i = 0; i < front.Options.Length; i++)
        {
            AllocationOption option = front.Options[i];
            double waste = option.Damage + (price * option.Bits) - cheapest;
            if (waste > gap)
            {
                continue;
            }

            for (int parent = 0; parent < states.Length; parent++)
            {
                var next = new State(states[parent].Bits + option.Bits, states[parent].Damage + option.Damage, states[parent].Waste + waste, parent, i);
                if (next.Waste <= gap && next.Bits <= most)
                {
                    candidates.Add(next);
                }
            }
        }

        candidates.Sort((a, b) => (a.Bits, a.Damage, a.Parent, a.Option).CompareTo((b.Bits, b.Damage, b.Parent, b.Option)));
        var kept = new List<State>();
        foreach (State state in candidates)
        {
            if (kept.Count == 0 || state.Damage < kept[^1].Damage)
            {
                kept.Add(state);
            }
        }

        return [.. kept];
    }

    private static State[] Thin(State[] states) =>
        [.. states.OrderBy(state => state.Waste).ThenBy(state => state.Bits).Take(MostStates).OrderBy(state => state.Bits)];

    private static AllocationOption[] Trace(OptionFront[] fronts, State[][] levels)
    {
        var choices = new AllocationOption[fronts.Length];
        int at = levels[^1].Length - 1;
        for (int unit = fronts.Length - 1; unit >= 0; unit--)
        {
            State state = levels[unit][at];
            choices[unit] = fronts[unit].Options[state.Option];
            at = state.Parent;
        }

        return choices;
    }

    private readonly record struct State(long Bits, double Damage, double Waste, int Parent, int Option);
}
