namespace ModelPack.Tool.Rendering;

/// <summary>One stage of work: how far, how fast, how long.</summary>
internal sealed class StageClock(string stage, WorkUnit unit, TimeSpan begun)
{
    private readonly ProgressRate _rate = new();
    private Step _step;

    /// <summary>What is being done.</summary>
    public string Stage => stage;

    /// <summary>Notes where the work is.</summary>
    public void Add(Step step, TimeSpan now)
    {
        _step = step;
        _rate.Add(now, step.Done);
    }

    /// <summary>For example <c>1.20 GB of 3.00 GB, 85 MB/s, 21 s left</c>.</summary>
    public string DescribeRunning()
    {
        string total = _step.Total > 0 ? $" of {WorkDisplay.Format(unit, _step.Total)}" : "";
        string rate = _rate.PerSecond > 0 ? $", {WorkDisplay.Format(unit, _rate.PerSecond)}/s" : "";
        string remaining = _rate.Remaining(_step.Done, _step.Total) is { } time ? $", {Units.Duration(time)} left" : "";
        return $"{WorkDisplay.Format(unit, _step.Done)}{total}{rate}{remaining}";
    }

    /// <summary>For example <c>3.00 GB, 35 s (86 MB/s)</c>.</summary>
    public string DescribeFinished(TimeSpan now)
    {
        TimeSpan took = now - begun;
        string amount = _step.Total > 0 ? WorkDisplay.Format(unit, _step.Done) + ", " : "";
        string rate = _step.Done > 0 && took.TotalSeconds >= 0.1 ? $" ({WorkDisplay.Format(unit, _step.Done / took.TotalSeconds)}/s)" : "";
        return $"{amount}{Units.Duration(took)}{rate}";
    }
}
