namespace ModelPack.Formats.Gguf;

/// <summary>
/// Writes one GGUF file, version 3, as a stream: metadata and tensors are declared first, then the tensors' bytes follow in the same order, in
/// pieces of any size; padding is the writer's. The file gets its name when it is complete: until then it is <c>NAME.partial</c>. The same
/// content gives the same bytes. Not thread-safe.
/// </summary>
public sealed class GgufWriter : IDisposable
{
    private const string Unfinished = ".partial";
    private const int BufferSize = 1 << 20;

    private readonly string _path;
    private readonly FileStream _file;
    private readonly int _alignment;
    private readonly Queue<long> _lengths;
    private long _missing;
    private bool _complete;

    private GgufWriter(string path, FileStream file, int alignment, IEnumerable<long> lengths)
    {
        _path = path;
        _file = file;
        _alignment = alignment;
        _lengths = new Queue<long>(lengths.Where(length => length > 0));
        _lengths.TryPeek(out _missing);
    }

    /// <summary>Checks what will be written, creates the file and writes everything in front of the data.</summary>
    /// <param name="path">The file; one that is there is replaced by <see cref="Complete"/>.</param>
    /// <param name="metadata">Values in the order of the file. <c>general.alignment</c> decides the alignment, which else is 32.</param>
    /// <param name="tensors">Tensors in the order in which their data will follow.</param>
    /// <exception cref="ModelPackException">MPK1508 to MPK1518: something that no reader would take, such as a key that is there twice or a name of more than 63 bytes; MPK1523: the file cannot be written.</exception>
    /// <exception cref="ArgumentException">A value's type is not that of its content.</exception>
    public static GgufWriter Create(string path, IEnumerable<KeyValuePair<string, GgufValue>> metadata, IEnumerable<GgufTensorInfo> tensors)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(metadata);
        ArgumentNullException.ThrowIfNull(tensors);
        GgufTensorInfo[] declared = [.. tensors];
        (byte[] header, int alignment) = GgufHeaderWriter.Write(path, [.. metadata], declared);
        FileStream? file = null;
        try
        {
            file = new FileStream(path + Unfinished, FileMode.Create, FileAccess.Write, FileShare.None, BufferSize);
            var writer = new GgufWriter(path, file, alignment, declared.Select(tensor => tensor.ByteLength));
            file.Write(header);
            return writer;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            file?.Dispose();
            throw Unwritable(path, e);
        }
    }

    /// <summary>Writes the next bytes of the data; a piece may end one tensor and begin the next.</summary>
    /// <exception cref="InvalidOperationException">More bytes than were declared.</exception>
    /// <exception cref="ModelPackException">MPK1523: the disk is full, or the like.</exception>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_missing == 0)
            {
                throw new InvalidOperationException($"{bytes.Length} bytes are left when all tensors are written.");
            }

            int length = (int)Math.Min(bytes.Length, _missing);
            Guarded(bytes[..length], static (file, data) => file.Write(data));
            bytes = bytes[length..];
            _missing -= length;
            if (_missing == 0)
            {
                long tensor = _lengths.Dequeue();
                Guarded(new byte[GgufHeaderReader.Align(tensor, _alignment) - tensor], static (file, data) => file.Write(data));
                _lengths.TryPeek(out _missing);
            }
        }
    }

    /// <summary>Checks that all tensors were written, closes the file and gives it its name.</summary>
    /// <exception cref="InvalidOperationException">Bytes are missing.</exception>
    /// <exception cref="ModelPackException">MPK1523: the disk is full, or the like.</exception>
    public void Complete()
    {
        if (_missing != 0)
        {
            throw new InvalidOperationException($"{_lengths.Count} tensors are not written to their end.");
        }

        Guarded([], static (file, _) => file.Dispose());
        Guarded([], (file, _) => File.Move(file.Name, _path, overwrite: true));
        _complete = true;
    }

    /// <summary>Closes the file; one that is not complete is deleted.</summary>
    public void Dispose()
    {
        try
        {
            _file.Dispose();
            if (!_complete)
            {
                File.Delete(_file.Name);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What could not be written has been reported by Write or Complete; NAME.partial stays and never looks whole.
        }
    }

    private static ModelPackException Unwritable(string path, Exception e) =>
        new(GgufErrors.Unwritable, $"{path}: the file cannot be written ({e.Message.TrimEnd('.')}); free some disk space or choose a folder that can be written to.", e);

    private void Guarded(ReadOnlySpan<byte> bytes, FileAction write)
    {
        try
        {
            write(_file, bytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(_path, e);
        }
    }

    private delegate void FileAction(FileStream file, ReadOnlySpan<byte> bytes);
}
