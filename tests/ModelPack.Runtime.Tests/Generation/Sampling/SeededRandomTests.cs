using ModelPack.Runtime.Generation.Sampling;

namespace ModelPack.Runtime.Tests.Generation.Sampling;

public class SeededRandomTests
{
    // The first three outputs of SplitMix64 for seed 1234567, published with the algorithm, are the state of the generator.
    private static readonly ulong[] SplitMixOf1234567 = [6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431];

    [Fact]
    public void The_first_number_follows_from_the_published_state()
    {
        var random = new SeededRandom(1234567);
        Assert.Equal(ulong.RotateLeft(SplitMixOf1234567[1] * 5, 7) * 9, random.NextUInt64());

        ulong a = SplitMixOf1234567[0], b = SplitMixOf1234567[1], c = SplitMixOf1234567[2];
        Assert.Equal(ulong.RotateLeft((b ^ c ^ a) * 5, 7) * 9, random.NextUInt64());
    }

    [Fact]
    public void Equal_seeds_give_equal_numbers_and_neighbours_differ()
    {
        var one = new SeededRandom(0);
        var same = new SeededRandom(0);
        var other = new SeededRandom(1);
        for (int i = 0; i < 100; i++)
        {
            double number = one.NextDouble();
            Assert.Equal(number, same.NextDouble());
            Assert.NotEqual(number, other.NextDouble());
            Assert.InRange(number, 0, 1 - double.Epsilon);
        }
    }

    [Fact]
    public void The_numbers_are_spread_evenly()
    {
        var random = new SeededRandom(42);
        var buckets = new int[16];
        const int Draws = 160_000;
        for (int i = 0; i < Draws; i++)
        {
            buckets[(int)(random.NextDouble() * buckets.Length)]++;
        }

        // Five standard deviations of a bucket's count.
        double allowed = 5 * Math.Sqrt(Draws / 16.0 * 15 / 16);
        Assert.All(buckets, count => Assert.InRange(count, (Draws / 16) - allowed, (Draws / 16) + allowed));
    }
}
