using ModelPack.Packing.Architectures;
using ModelPack.Packing.Sources;
using ModelPack.Packing.Stages;
using ModelPack.Packing.Store;

namespace ModelPack.Packing.Evaluation;

/// <summary>
/// A decoder that need not fit into memory: every window goes through one stage before the next stage is opened, so that memory
/// is one stage and the hidden states of all windows. Predicts only the windows that it was made for. Owns the head's session
/// and the hidden states; dispose it. Not thread-safe.
/// </summary>
public sealed class LayerwiseLogitSource : ILogitSource
{
    /// <summary>Bytes of hidden states that are kept in memory; more go to a temporary file.</summary>
    public const long DefaultBudget = 512L << 20;

    private readonly StageSession _head;
    private readonly HiddenStates _states;
    private readonly IReadOnlyList<int[]> _windows;
    private int _next;

    private LayerwiseLogitSource(StageSession head, HiddenStates states, IReadOnlyList<int[]> windows)
    {
        _head = head;
        _states = states;
        _windows = windows;
    }

    /// <inheritdoc/>
    public int VocabularySize => _head.Width ?? 0;

    /// <summary>Takes the windows through a checkpoint in float32, up to its head.</summary>
    /// <param name="source">The checkpoint; needed until this returns.</param>
    /// <param name="windows">Token ids, all windows of one length. They must not change afterwards.</param>
    /// <param name="threads">Cores; 0 means all.</param>
    /// <param name="budget">Largest number of bytes of hidden states in memory; see <see cref="DefaultBudget"/>.</param>
    /// <param name="finished">Called after each window of each stage with the windows done, in whole ones, and their number.</param>
    /// <param name="cancellation">Checked between windows.</param>
    /// <exception cref="ModelPackException">MPK10xx: the weights cannot be read.</exception>
    /// <exception cref="IOException">The temporary file of the hidden states cannot be written; the message has its name.</exception>
    public static LayerwiseLogitSource OpenSource(
        ModelSource source, IReadOnlyList<int[]> windows, int threads = 0, long budget = DefaultBudget, Action<int, int>? finished = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(windows);
        return Open(source.Architecture, SourceStages(source, threads), windows, budget, kept: null, finished, cancellation);
    }

    /// <summary>The stages of a checkpoint in float32.</summary>
    internal static Func<Stage, StageSession> SourceStages(ModelSource source, int threads) =>
        new FloatStages(source.Architecture, source.Rows, source.Folder, threads).Open;

    /// <summary>Takes the windows through stages, up to the head.</summary>
    /// <param name="architecture">The decoder.</param>
    /// <param name="open">Opens a stage.</param>
    /// <param name="windows">Token ids, all windows of one length.</param>
    /// <param name="budget">Largest number of bytes of hidden states in memory.</param>
    /// <param name="kept">Where the hidden states before the head are kept for other runs on the same windows, and under which key; null: nowhere.</param>
    /// <param name="finished">Called after each window of each stage.</param>
    /// <param name="cancellation">Checked between windows.</param>
    internal static LayerwiseLogitSource Open(
        DecoderArchitecture architecture,
        Func<Stage, StageSession> open,
        IReadOnlyList<int[]> windows,
        long budget,
        (PackStore Store, string Key)? kept,
        Action<int, int>? finished,
        CancellationToken cancellation)
    {
        int length = windows[0].Length;
        if (windows.Any(window => window.Length != length))
        {
            throw new ArgumentException("All windows must have one length.", nameof(windows));
        }

        IReadOnlyList<Stage> stages = Stage.Of(architecture);
        HiddenStates states = Allocate(windows.Count, length, architecture.HiddenSize, budget);
        try
        {
            if (kept is not { } place || !StateStore.TryRead(place.Store, place.Key, states))
            {
                Run(stages, open, windows, states, finished, cancellation);
                if (kept is { } free)
                {
                    StateStore.Write(free.Store, free.Key, states);
                }
            }

            return new LayerwiseLogitSource(open(stages[^1]), states, windows);
        }
        catch
        {
            states.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">This is none of the windows.</exception>
    public void Run(ReadOnlySpan<int> window, Span<float> logits)
    {
        int index = IndexOf(window);
        _next = index + 1;
        _head.Run(Wide(_windows[index]), _states.Row(index).ToArray(), logits);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _head.Dispose();
        _states.Dispose();
    }

    private static void Run(
        IReadOnlyList<Stage> stages, Func<Stage, StageSession> open, IReadOnlyList<int[]> windows, HiddenStates states, Action<int, int>? finished, CancellationToken cancellation)
    {
        var input = new float[states.Tokens * states.Width];
        for (int i = 0; i < stages.Count - 1; i++)
        {
            using StageSession session = open(stages[i]);
            for (int w = 0; w < windows.Count; w++)
            {
                cancellation.ThrowIfCancellationRequested();
                // The first stage looks up what the others read.
                states.Row(w).CopyTo(input);
                session.Run(Wide(windows[w]), i == 0 ? [] : input, states.Row(w));
                finished?.Invoke(((i * windows.Count) + w + 1) / (stages.Count - 1), windows.Count);
            }
        }
    }

    private static HiddenStates Allocate(int windows, int length, int width, long budget)
    {
        long bytes = (long)windows * length * width * sizeof(float);
        string? file = bytes > budget ? Path.Combine(Path.GetTempPath(), $"modelpack-{Guid.NewGuid():N}.tmp") : null;
        try
        {
            return new HiddenStates(windows, length, width, file);
        }
        catch (IOException e) when (file is not null)
        {
            throw new IOException($"{file}: {bytes} bytes of hidden states cannot be written ({e.Message.TrimEnd('.')}); free space there, or point TMPDIR at another disk.", e);
        }
    }

    // Windows are asked for in their order, almost always.
    private int IndexOf(ReadOnlySpan<int> window)
    {
        for (int i = 0; i < _windows.Count; i++)
        {
            int index = (_next + i) % _windows.Count;
            if (window.SequenceEqual(_windows[index]))
            {
                return index;
            }
        }

        throw new ArgumentException("The window is none of those that the model has run.", nameof(window));
    }

    private static long[] Wide(int[] ids) => Array.ConvertAll(ids, id => (long)id);
}
