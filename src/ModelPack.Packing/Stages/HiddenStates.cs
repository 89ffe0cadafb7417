using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;

namespace ModelPack.Packing.Stages;

/// <summary>
/// Activations of many sequences of equal length, float32 [rows, tokens, width], outside the managed heap: in memory, or in a mapped
/// file that is deleted on Dispose. Different rows may be used from different threads.
/// </summary>
internal sealed unsafe class HiddenStates : IDisposable
{
    private readonly MemoryMappedFile? _file;
    private readonly MemoryMappedViewAccessor? _view;
    private byte* _memory;

    /// <summary>Creates activations of undefined values.</summary>
    /// <param name="rows">Calibration rows.</param>
    /// <param name="tokens">Tokens of a row.</param>
    /// <param name="width">Values of a token.</param>
    /// <param name="file">Path of a new file to hold them; null: memory.</param>
    public HiddenStates(int rows, int tokens, int width, string? file = null)
    {
        Rows = rows;
        Tokens = tokens;
        Width = width;
        long bytes = Math.Max(1, rows * RowBytes);
        if (file is null)
        {
            _memory = (byte*)NativeMemory.AlignedAlloc(checked((nuint)bytes), 64);
            return;
        }

        var stream = new FileStream(file, new FileStreamOptions
        {
            Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.None, Options = FileOptions.DeleteOnClose, PreallocationSize = bytes,
        });
        stream.SetLength(bytes);
        _file = MemoryMappedFile.CreateFromFile(stream, null, bytes, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: false);
        _view = _file.CreateViewAccessor(0, bytes, MemoryMappedFileAccess.ReadWrite);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _memory);
    }

    /// <summary>Calibration rows.</summary>
    public int Rows { get; }

    /// <summary>Tokens of a row.</summary>
    public int Tokens { get; }

    /// <summary>Values of a token.</summary>
    public int Width { get; }

    /// <summary>Bytes of a row.</summary>
    public long RowBytes => (long)Tokens * Width * sizeof(float);

    /// <summary>One row, [tokens, width].</summary>
    public Span<float> Row(int row) => new((void*)Address(row), checked(Tokens * Width));

    /// <summary>Where a row begins; valid until Dispose.</summary>
    public nint Address(int row)
    {
        ObjectDisposedException.ThrowIf(_memory is null, this);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Rows, nameof(row));
        return (nint)(_memory + (row * RowBytes));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_memory is null)
        {
            return;
        }

        if (_view is null)
        {
            NativeMemory.AlignedFree(_memory);
        }
        else
        {
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
            _view.Dispose();
            _file!.Dispose();
        }

        _memory = null;
    }
}
