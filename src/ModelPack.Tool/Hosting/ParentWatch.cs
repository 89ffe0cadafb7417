using System.Diagnostics;

namespace ModelPack.Tool.Hosting;

/// <summary>Stops the work when the build that asked for it is gone: a killed MSBuild leaves its children running.</summary>
internal sealed class ParentWatch : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private readonly Timer _timer;
    private readonly Process? _parent;
    private readonly Interrupts _interrupts;
    private int _gone;

    /// <summary>Watches process <paramref name="processId"/>; 0 watches nothing.</summary>
    public ParentWatch(int processId, Interrupts interrupts)
    {
        _interrupts = interrupts;
        if (processId > 0)
        {
            try
            {
                _parent = Process.GetProcessById(processId);
            }
            catch (ArgumentException)
            {
                interrupts.Stop();
            }
        }

        _timer = new Timer(_ => Check(), null, _parent is null ? Timeout.InfiniteTimeSpan : Interval, Interval);
    }

    public void Dispose()
    {
        _timer.Dispose();
        _parent?.Dispose();
    }

    private void Check()
    {
        if (HasEnded() && Interlocked.Exchange(ref _gone, 1) == 0)
        {
            _interrupts.Stop();
        }
    }

    private bool HasEnded()
    {
        try
        {
            return _parent!.HasExited || IsZombie(_parent.Id);
        }
        catch (InvalidOperationException)
        {
            return true;
        }
    }

    // A killed process that nobody has waited for still answers signals.
    private static bool IsZombie(int processId)
    {
        try
        {
            string status = OperatingSystem.IsLinux() ? File.ReadAllText($"/proc/{processId}/stat") : "";
            int state = status.LastIndexOf(')') + 2;
            return state > 2 && state < status.Length && status[state] is 'Z' or 'X';
        }
        catch (IOException)
        {
            return true;
        }
    }
}
