using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;

namespace ModelPack.Packing.Stages;

/// <summary>
/// The hidden states of many sequences between two stages: in memory, or, beyond a budget, in a memory-mapped temporary file that
/// the system removes with this object. Dispose it. Thread-safe for different sequences.
/// </summary>
internal sealed class HiddenStates : IDisposable
{
    private readonly float[][]? _memory;
    private readonly MemoryMappedFile? _file;
    private readonly MemoryMappedViewAccessor? _view;
    private readonly int _length;

    /// <summary>Makes room, filled with zeros.</summary>
    /// <param name="count">Sequences.</param>
    /// <param name="length">Floats of a sequence.</param>
    /// <param name="budget">Largest number of bytes to hold in memory.</param>
    /// <param name="folder">Folder of the temporary file; null: the system's.</param>
    /// <exception cref="IOException">The temporary file cannot be made; the message says how large it is.</exception>
    public HiddenStates(int count, int length, long budget, string? folder = null)
    {
        _length = length;
        long bytes = (long)count * length * sizeof(float);
        if (bytes <= budget)
        {
            _memory = new float[count][];
            for (int i = 0; i < count; i++)
            {
                _memory[i] = new float[length];
            }

            return;
        }

        string path = Path.Combine(folder ?? Path.GetTempPath(), $"modelpack-{Guid.NewGuid():N}.tmp");
        try
        {
            // Reserved at once: a full disk must show here, and not as a fault on a page later.
            var stream = new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.None, Options = FileOptions.DeleteOnClose, PreallocationSize = bytes, BufferSize = 0,
            });
            _file = MemoryMappedFile.CreateFromFile(stream, null, bytes, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: false);
            _view = _file.CreateViewAccessor(0, bytes, MemoryMappedFileAccess.ReadWrite);
        }
        catch (IOException e)
        {
            _file?.Dispose();
            throw new IOException($"{path}: {bytes} bytes of hidden states cannot be written ({e.Message.TrimEnd('.')}); free space there, or point TMPDIR at another disk.", e);
        }
    }

    /// <summary>True when the states lie in a file.</summary>
    public bool IsOnDisk => _file is not null;

    /// <summary>Copies a sequence's states out.</summary>
    public void Read(int index, Span<float> states) => Sequence(index).CopyTo(states);

    /// <summary>Keeps a sequence's states.</summary>
    public void Write(int index, ReadOnlySpan<float> states) => states.CopyTo(Sequence(index));

    /// <inheritdoc/>
    public void Dispose()
    {
        _view?.Dispose();
        _file?.Dispose();
    }

    private unsafe Span<float> Sequence(int index)
    {
        if (_memory is not null)
        {
            return _memory[index];
        }

        // The view's handle counts as held while this object lives; a span of it is never kept.
        byte* memory = (byte*)_view!.SafeMemoryMappedViewHandle.DangerousGetHandle() + _view.PointerOffset;
        long offset = (long)index * _length * sizeof(float);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((ulong)offset + ((ulong)_length * sizeof(float)), _view.SafeMemoryMappedViewHandle.ByteLength);
        return MemoryMarshal.CreateSpan(ref *(float*)(memory + offset), _length);
    }
}
