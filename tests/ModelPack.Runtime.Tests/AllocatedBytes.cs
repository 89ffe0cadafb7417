namespace ModelPack.Runtime.Tests;

/// <summary>Bytes that code allocates.</summary>
internal static class AllocatedBytes
{
    private const int Attempts = 8;

    /// <summary>
    /// The least number of bytes over several attempts. When another test's thread causes a collection in the middle, the
    /// rest of this thread's allocation buffer (up to 8 kB) is counted as allocated although nothing was.
    /// </summary>
    /// <param name="attempt">Called with 0, 1, ...; must do the same work each time.</param>
    public static long Least(Action<int> attempt)
    {
        long least = long.MaxValue;
        for (int i = 0; i < Attempts && least > 0; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            attempt(i);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
