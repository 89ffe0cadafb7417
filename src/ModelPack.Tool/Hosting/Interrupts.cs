using System.Runtime.InteropServices;

namespace ModelPack.Tool.Hosting;

/// <summary>
/// Ctrl+C, SIGTERM and a lost parent become one cancelled token. Work that does not answer in time is ended hard: the
/// store survives that by construction.
/// </summary>
internal sealed class Interrupts : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _registrations;
    private Action? _turn;
    private Timer? _deadline;

    public Interrupts()
    {
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, Terminate),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, Terminate),
        ];
    }

    /// <summary>Cancelled once the process is to stop.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>While set, Ctrl+C calls this instead of stopping the process: a chat ends its answer, not itself.</summary>
    public void CatchInterrupt(Action? turn) => Volatile.Write(ref _turn, turn);

    /// <summary>Cancels the token; the second call ends the process at once.</summary>
    public void Stop()
    {
        if (_source.IsCancellationRequested)
        {
            Environment.Exit(ExitCode.Cancelled);
        }

        _deadline = new Timer(_ => Environment.Exit(ExitCode.Cancelled), null, Patience, Timeout.InfiniteTimeSpan);
        _source.Cancel();
    }

    public void Dispose()
    {
        Array.ForEach(_registrations, registration => registration.Dispose());
        _deadline?.Dispose();
        _source.Dispose();
    }

    private void Interrupt(PosixSignalContext context)
    {
        context.Cancel = true;
        if (Volatile.Read(ref _turn) is { } turn)
        {
            try
            {
                turn();
            }
            catch (ObjectDisposedException)
            {
                // The answer ended at the same moment.
            }
        }
        else
        {
            Stop();
        }
    }

    private void Terminate(PosixSignalContext context)
    {
        context.Cancel = true;
        Stop();
    }
}
