namespace ModelPack.Tests.Fuzzing;

/// <summary>A reader that is fed with damaged files.</summary>
/// <param name="Name">What it reads.</param>
/// <param name="Seeds">Real files that the damage starts from.</param>
/// <param name="Words">Pieces of text that readers of this kind get wrong.</param>
/// <param name="Values">Such pieces that stand for a whole value; none for files that are no text.</param>
/// <param name="Read">Reads a damaged file and works with what it holds; the folder is its own.</param>
/// <param name="MostAllocatedOnce">Bytes that one case may allocate, whatever its size.</param>
/// <param name="MostAllocatedPerByte">Bytes that it may allocate for each of its own besides.</param>
internal sealed record FuzzTarget(
    string Name, IReadOnlyList<byte[]> Seeds, IReadOnlyList<byte[]> Words, IReadOnlyList<byte[]> Values, Action<byte[], string> Read, long MostAllocatedOnce, long MostAllocatedPerByte)
{
    /// <summary>The damaged file of a number; the same number gives the same one.</summary>
    public byte[] Case(int seed, int number)
    {
        var random = new Random(HashCode(seed, number));
        byte[] from = Seeds[random.Next(Seeds.Count)];
        byte[] other = Seeds[random.Next(Seeds.Count)];
        return Damage.Of(from, other, Words, Values, random);
    }

    // System.HashCode differs from process to process.
    private static int HashCode(int seed, int number) => unchecked((seed * 1_000_003) + (number * 7919));
}
