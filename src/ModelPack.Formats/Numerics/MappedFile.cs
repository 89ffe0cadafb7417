using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ModelPack.Formats.Numerics;

/// <summary>
/// A file mapped for reading. Reads are copies, so memory stays valid whatever the caller does; they are thread-safe, also
/// against <see cref="Dispose"/>. Mapped reads were twice as fast as positioned reads of the same cached file.
/// </summary>
internal sealed unsafe partial class MappedFile : IDisposable
{
    private const int MadviseDontNeed = 4;

    private readonly SafeFileHandle _file;
    private readonly MemoryMappedFile _mapping;
    private readonly MemoryMappedViewAccessor _view;

    /// <summary>Maps a file of at least one byte.</summary>
    /// <exception cref="IOException">The file cannot be opened or mapped.</exception>
    public MappedFile(string path)
    {
        Path = path;
        _file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, FileOptions.RandomAccess);
        try
        {
            Length = RandomAccess.GetLength(_file);
            _mapping = MemoryMappedFile.CreateFromFile(_file, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
            _view = _mapping.CreateViewAccessor(0, Length, MemoryMappedFileAccess.Read);
        }
        catch
        {
            _mapping?.Dispose();
            _file.Dispose();
            throw;
        }
    }

    public delegate TResult Reader<TState, TResult>(ReadOnlySpan<byte> bytes, TState state)
        where TState : allows ref struct;

    public string Path { get; }

    public long Length { get; }

    /// <summary>Gives a reader the bytes [offset, offset + length) for the time of the call.</summary>
    /// <exception cref="EndOfStreamException">The file has become shorter since it was opened; touching its pages would end the process.</exception>
    /// <exception cref="ObjectDisposedException">The file is closed.</exception>
    public TResult Read<TState, TResult>(long offset, int length, TState state, Reader<TState, TResult> reader)
        where TState : allows ref struct
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Length - length);
        SafeMemoryMappedViewHandle handle = _view.SafeMemoryMappedViewHandle;
        bool held = false;
        try
        {
            handle.DangerousAddRef(ref held);
            if (RandomAccess.GetLength(_file) < offset + length)
            {
                throw new EndOfStreamException();
            }

            return reader(new ReadOnlySpan<byte>((byte*)handle.DangerousGetHandle() + offset, length), state);
        }
        finally
        {
            if (held)
            {
                handle.DangerousRelease();
            }
        }
    }

    /// <summary>Takes the pages of a range out of this process's resident memory; they come back from the file when they are read again.</summary>
    public void Release(long offset, long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Length - length);
        SafeMemoryMappedViewHandle handle = _view.SafeMemoryMappedViewHandle;
        bool held = false;
        try
        {
            handle.DangerousAddRef(ref held);
            long start = offset / Environment.SystemPageSize * Environment.SystemPageSize;
            byte* address = (byte*)handle.DangerousGetHandle() + start;
            nuint bytes = (nuint)(offset + length - start);
            if (OperatingSystem.IsLinux())
            {
                _ = Madvise(address, bytes, MadviseDontNeed);
            }
            else if (OperatingSystem.IsWindows())
            {
                // Unlocking pages that are not locked takes them out of the working set (documentation of VirtualUnlock).
                _ = VirtualUnlock(address, bytes);
            }
        }
        finally
        {
            if (held)
            {
                handle.DangerousRelease();
            }
        }
    }

    public void Dispose()
    {
        _view.Dispose();
        _mapping.Dispose();
        _file.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Madvise(void* address, nuint length, int advice);

    [LibraryImport("kernel32", EntryPoint = "VirtualUnlock")]
    private static partial int VirtualUnlock(void* address, nuint length);
}
