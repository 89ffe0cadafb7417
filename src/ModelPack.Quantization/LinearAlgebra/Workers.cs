namespace ModelPack.Quantization.LinearAlgebra;

/// <summary>Tasks that write disjoint results, so that it does not matter who does which in what order.</summary>
internal static class Workers
{
    /// <summary>Calls body(worker, task) once for each task from 0 on; workers are numbered below min(threads, tasks).</summary>
    public static void Run(int tasks, int threads, Action<int, int> body)
    {
        int workers = Math.Min(threads, tasks);
        if (workers <= 1)
        {
            for (int task = 0; task < tasks; task++)
            {
                body(0, task);
            }

            return;
        }

        int next = -1;
        Parallel.For(0, workers, new ParallelOptions { MaxDegreeOfParallelism = workers }, worker =>
        {
            for (int task = Interlocked.Increment(ref next); task < tasks; task = Interlocked.Increment(ref next))
            {
                body(worker, task);
            }
        });
    }
}
