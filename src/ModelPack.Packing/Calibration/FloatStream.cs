
using ModelPack.Packing.Stages;

namespace ModelPack.Packing.Calibration;

/// <summary>
/// The hidden states of the unquantized model before and after each block, for all calibration rows. Two neighbours are kept
/// in memory; the store keeps all of them, so that other bits or another override never run the float model again.
/// Boundary b is the stream before block b. Not thread-safe; dispose it.
/// </summary>
internal sealed class FloatStream : IDisposable
{
    private readonly CalibrationContext _context;
    private readonly IReadOnlyList<LayerBlock> _blocks;
    private readonly bool _kept;
    private HiddenStates _current;
    private HiddenStates _next;
    private int _position = -1;

    public FloatStream(CalibrationContext context)
    {
        _context = context;
        _blocks = context.Blocks;
        _current = context.Stream("float");
        _next = context.Stream("float-next");
        // A trace that would push everything else out of the store is computed anew instead.
        _kept = (_blocks.Count + 1L) * _current.Rows * _current.RowBytes <= context.Store.MaxBytes / 4;
    }

    /// <summary>Blocks whose float pass had to be run.</summary>
    public int BlocksRun { get; private set; }

    /// <summary>Stream before block <see cref="MoveTo"/>.</summary>
    public HiddenStates Before => _current;

    /// <summary>Stream after that block.</summary>
    public HiddenStates After => _next;

    /// <summary>Goes to a block: <see cref="Before"/> and <see cref="After"/> then hold the stream around it.</summary>
    /// <param name="block">Index of the block; the number of blocks is allowed, <see cref="After"/> then holds nothing.</param>
    public void MoveTo(int block)
    {
        if (_position == block)
        {
            return;
        }

        if (_position >= 0 && block == _position + 1)
        {
            (_current, _next) = (_next, _current);
        }
        else if (!TryRead(block, _current))
        {
            Restart(block);
        }

        _position = block;
        if (block < _blocks.Count && !TryRead(block + 1, _next))
        {
            Run(block, _current, _next);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _current.Dispose();
        _next.Dispose();
    }

    private void Restart(int block)
    {
        int from = block - 1;
        while (from > 0 && !TryRead(from, _current))
        {
            from--;
        }

        if (from <= 0)
        {
            from = 0;
            if (!TryRead(0, _current))
            {
                _context.Embed(_current);
                Keep(0, _current);
            }
        }

        for (; from < block; from++)
        {
            Run(from, _current, _next);
            (_current, _next) = (_next, _current);
        }
    }

    private void Run(int block, HiddenStates from, HiddenStates to)
    {
        _context.RunFloatBlock(_blocks[block], from, to);
        BlocksRun++;
        Keep(block + 1, to);
    }

    private bool TryRead(int boundary, HiddenStates states) => _kept && StateStore.TryRead(_context.Store, Key(boundary), states);

    private void Keep(int boundary, HiddenStates states)
    {
        if (_kept)
        {
            StateStore.Write(_context.Store, Key(boundary), states);
        }
    }

    private string Key(int boundary) => CalibrationKeys.OfFloatStream(_context.ModelKey, boundary);
}
