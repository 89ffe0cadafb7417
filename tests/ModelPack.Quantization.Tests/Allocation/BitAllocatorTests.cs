using ModelPack.Quantization.Allocation;

namespace ModelPack.Tests.Allocation;

public class BitAllocatorTests
{
    [Fact]
    public void Choices_are_as_good_as_those_of_trying_everything()
    {
        var random = new Random(11);
        int tight = 0;
        for (int round = 0; round < 400; round++)
        {
            AllocationUnit[] units = [.. Enumerable.Range(0, random.Next(1, 6)).Select(i => RandomUnit(random, i, random.Next(1, 6), random.Next(2) == 0 ? 1 : 64))];
            long least = units.Sum(unit => unit.Options.Min(option => option.Bits));
            long most = units.Sum(unit => unit.Options.Max(option => option.Bits));
            long budget = least + (long)(random.NextDouble() * 1.1 * (most - least));

            AllocationResult result = BitAllocator.Choose(units, budget);

            (double damage, long bits) = TryEverything(units, budget);
            Assert.True(result.IsFeasible);
            Assert.Equal(damage, result.Damage);
            Assert.Equal(bits, result.Bits);
            Assert.Equal(damage, result.DamageBound);
            Assert.Equal(result.Bits, result.Choices.Sum(option => option.Bits));
            Assert.All(units.Zip(result.Choices), pair => Assert.Contains(pair.Second, pair.First.Options));
            tight += result.Bits < most ? 1 : 0;
        }

        Assert.InRange(tight, 200, 400);
    }

    [Fact]
    public void Budget_below_the_smallest_options_is_refused_with_the_size_that_is_needed()
    {
        AllocationUnit[] units = [Unit("a", (20, 1), (10, 2)), Unit("b", (7, 1), (5, 5))];

        AllocationResult below = BitAllocator.Choose(units, 14);
        AllocationResult exact = BitAllocator.Choose(units, 15);

        Assert.False(below.IsFeasible);
        Assert.Equal(15, below.SmallestBits);
        Assert.True(exact.IsFeasible);
        Assert.Equal([10, 5], exact.Choices.Select(option => option.Bits));
        Assert.Equal(15, below.Bits);
    }

    [Fact]
    public void Budget_for_everything_takes_the_least_damage_in_the_fewest_bits()
    {
        AllocationResult result = BitAllocator.Choose([Unit("a", (30, 1), (10, 2), (20, 1)), Unit("b", (5, 0))], 1000);
        Assert.Equal(["20", "5"], result.Choices.Select(option => option.Name));
        Assert.Equal(1, result.Damage);
    }

    [Fact]
    public void Option_off_the_convex_hull_is_found_where_it_fills_the_budget()
    {
        // From 10 to 30 bits the hull leaves 22 bits out; the budget has room for nothing else.
        AllocationResult result = BitAllocator.Choose([Unit("a", (10, 100), (22, 90), (30, 0)), Unit("b", (10, 100))], 35);
        Assert.Equal(["22", "10"], result.Choices.Select(option => option.Name));
    }

    [Fact]
    public void Equal_units_are_decided_the_same_way_every_time()
    {
        AllocationUnit[] units = [.. Enumerable.Range(0, 9).Select(i => Unit($"{i}", (10, 4), (20, 2), (40, 1)))];
        string[] first = [.. BitAllocator.Choose(units, 130).Choices.Select(option => option.Name)];
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal(first, BitAllocator.Choose(units, 130).Choices.Select(option => option.Name));
        }

        Assert.Equal(4, first.Count(name => name == "20"));
        Assert.Equal(5, first.Count(name => name == "10"));
    }

    [Fact]
    public void More_budget_never_does_more_damage()
    {
        var random = new Random(3);
        AllocationUnit[] units = [.. Enumerable.Range(0, 40).Select(i => RandomUnit(random, i, 5, 16))];
        long least = units.Sum(unit => unit.Options.Min(option => option.Bits));
        double before = double.PositiveInfinity;
        for (long budget = least; budget < least + 4000; budget += 97)
        {
            double damage = BitAllocator.Choose(units, budget).Damage;
            Assert.True(damage <= before);
            before = damage;
        }
    }

    // A model of 125 layers with four units each, damages that fall fourfold a bit: the shape of the real problem.
    [Theory]
    [InlineData(3.5)]
    [InlineData(4.5)]
    public void Five_hundred_units_of_twelve_options_are_proven_best(double bitsPerWeight)
    {
        var random = new Random(5);
        long[] weights = [25_165_824, 16_777_216, 117_440_512, 58_720_256];
        AllocationUnit[] units =
        [
            .. Enumerable.Range(0, 500).Select(i =>
            {
                double sensitivity = Math.Exp(3 * random.NextDouble());
                return new AllocationUnit($"{i}", [.. Enumerable.Range(0, 12).Select(o =>
                {
                    double bits = 2 + (o / 3 * 2) + (0.125 * (o % 3));
                    return new AllocationOption($"{o}", (long)(bits * weights[i % 4]), sensitivity * weights[i % 4] * Math.Pow(4, -bits) * (0.9 + (0.2 * random.NextDouble())));
                })]);
            }),
        ];
        long budget = (long)(bitsPerWeight * weights.Sum() * 125);

        AllocationResult result = BitAllocator.Choose(units, budget);

        Assert.InRange(result.Bits, 0.999 * budget, budget);
        Assert.Equal(result.Damage, result.DamageBound);
    }

    [Fact]
    public void Problem_too_wide_for_a_proof_is_still_solved_close_to_its_bound()
    {
        // Sizes without a common measure and damages in proportion: nothing dominates anything.
        var random = new Random(17);
        AllocationUnit[] units =
        [
            .. Enumerable.Range(0, 60).Select(i => Unit($"{i}", [.. Enumerable.Range(0, 8).Select(_ =>
            {
                long bits = random.NextInt64(1_000_000_000, 9_000_000_000);
                return (bits, 1e10 - bits + random.NextDouble());
            })])),
        ];
        long budget = 240_000_000_000;
        AllocationResult result = BitAllocator.Choose(units, budget);
        Assert.InRange(result.Bits, 1, budget);
        Assert.InRange(result.Damage, result.DamageBound, result.DamageBound + 1e9);
    }

    [Fact]
    public void Options_that_are_no_sizes_or_damages_are_refused()
    {
        Assert.Throws<ArgumentException>(() => BitAllocator.Choose([new AllocationUnit("a", [])], 10));
        Assert.Throws<ArgumentException>(() => BitAllocator.Choose([Unit("a", (-1, 0))], 10));
        Assert.Throws<ArgumentException>(() => BitAllocator.Choose([Unit("a", (1, double.NaN))], 10));
        Assert.Throws<OverflowException>(() => BitAllocator.Choose([Unit("a", (long.MaxValue, 0)), Unit("b", (1, 0))], 10));
    }

    private static AllocationUnit Unit(string name, params (long Bits, double Damage)[] options) =>
        new(name, [.. options.Select(option => new AllocationOption($"{option.Bits}", option.Bits, option.Damage))]);

    // Whole damages, so that sums are exact in any order.
    private static AllocationUnit RandomUnit(Random random, int index, int options, long measure) =>
        new($"{index}", [.. Enumerable.Range(0, options).Select(i => new AllocationOption($"{i}", measure * random.Next(0, 40), random.Next(-5, 40)))]);

    private static (double Damage, long Bits) TryEverything(AllocationUnit[] units, long budget)
    {
        (double Damage, long Bits) best = (double.PositiveInfinity, 0);
        int[] chosen = new int[units.Length];
        while (true)
        {
            long bits = units.Select((unit, i) => unit.Options[chosen[i]].Bits).Sum();
            double damage = units.Select((unit, i) => unit.Options[chosen[i]].Damage).Sum();
            if (bits <= budget && (damage < best.Damage || (damage == best.Damage && bits < best.Bits)))
            {
                best = (damage, bits);
            }

            int at = 0;
            while (at < units.Length && ++chosen[at] == units[at].Options.Count)
            {
                chosen[at++] = 0;
            }

            if (at == units.Length)
            {
                return best;
            }
        }
    }
}
