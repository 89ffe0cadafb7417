using Microsoft.Win32.SafeHandles;

namespace ModelPack.Packing.Writing;

/// <summary>
/// The external data file of a model while it is written: its full size is reserved at once, so a full disk shows before
/// the work and not in the middle. Thread-safe for writes and reads at different offsets; dispose it.
/// </summary>
internal sealed class DataFile : IDisposable
{
    private readonly SafeFileHandle _handle;
    private readonly string _path;

    private DataFile(string path, SafeFileHandle handle, long length)
    {
        _path = path;
        _handle = handle;
        Length = length;
    }

    /// <summary>Bytes of the file.</summary>
    public long Length { get; }

    /// <summary>Creates the file.</summary>
    /// <exception cref="ModelPackException">MPK3060: no space, or not writable.</exception>
    public static DataFile Create(string path, long length)
    {
        try
        {
            SafeFileHandle handle = File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite, FileShare.Read, FileOptions.None, length);
            RandomAccess.SetLength(handle, length);
            return new DataFile(path, handle, length);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(path, length, e);
        }
    }

    /// <summary>Writes bytes at an offset.</summary>
    /// <exception cref="ModelPackException">MPK3060: no space, or the disk failed.</exception>
    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        try
        {
            RandomAccess.Write(_handle, bytes, offset);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(_path, Length, e);
        }
    }

    /// <summary>Reads exactly as many bytes as <paramref name="bytes"/> holds.</summary>
    /// <exception cref="ModelPackException">MPK3060: the disk failed.</exception>
    public void Read(long offset, Span<byte> bytes)
    {
        try
        {
            while (bytes.Length > 0)
            {
                int read = RandomAccess.Read(_handle, bytes, offset);
                if (read == 0)
                {
                    throw new EndOfStreamException($"the file ends at {offset}");
                }

                offset += read;
                bytes = bytes[read..];
            }
        }
        catch (IOException e)
        {
            throw Unwritable(_path, Length, e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    private static ModelPackException Unwritable(string path, long length, Exception cause) => new(
        WritingErrors.Unwritable, $"{path}: {length} bytes cannot be written ({cause.Message}); free space on that disk or point MODELPACK_CACHE at another one.", cause);
}
