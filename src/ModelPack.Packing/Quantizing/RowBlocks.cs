using System.Runtime.ExceptionServices;

namespace ModelPack.Packing.Quantizing;

/// <summary>Runs blocks on several cores and reports what one of them threw as itself.</summary>
internal static class RowBlocks
{
    /// <summary>Runs <paramref name="action"/> for every block.</summary>
    /// <exception cref="ModelPackException">What a block threw.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static void Run(int blocks, ParallelOptions parallel, Action<int> action)
    {
        try
        {
            Parallel.For(0, blocks, parallel, action);
        }
        catch (AggregateException e)
        {
            Exception first = e.Flatten().InnerExceptions.FirstOrDefault(inner => inner is ModelPackException) ?? e.Flatten().InnerExceptions[0];
            ExceptionDispatchInfo.Throw(first);
        }
    }
}
