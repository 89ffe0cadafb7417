using ModelPack.Formats.Numerics;

namespace ModelPack.Formats.OrtAdapters;

/// <summary>
/// An open adapter file of ONNX Runtime (<c>.onnx_adapter</c>): tensors that a graph takes as optional inputs. Opening checks every
/// reference of the file. Thread-safe; close it when done.
/// </summary>
public sealed class OrtAdapterFile : IDisposable
{
    private readonly MappedFile _file;
    private readonly long[] _values;

    private OrtAdapterFile(MappedFile file, IReadOnlyList<OrtAdapterParameter> parameters, long[] values)
    {
        _file = file;
        Parameters = parameters;
        _values = values;
    }

    /// <summary>The tensors in the order of the file.</summary>
    public IReadOnlyList<OrtAdapterParameter> Parameters { get; }

    /// <summary>Opens a file.</summary>
    /// <exception cref="ModelPackException">MPK1120: it cannot be read; MPK1121: it is no adapter file, or a damaged one.</exception>
    public static OrtAdapterFile Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        MappedFile? file = null;
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: < OrtAdapterLayout.RootStart or > int.MaxValue } info)
            {
                throw OrtAdapterReader.Malformed(path, $"a file of {info.Length} bytes is none");
            }

            file = new MappedFile(path);
            (List<OrtAdapterParameter> parameters, List<long> values) = file.Read(0, (int)file.Length, path, static (bytes, path) => new OrtAdapterReader(path, bytes).Read());
            return new OrtAdapterFile(file, parameters, [.. values]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            file?.Dispose();
            throw new ModelPackException(OrtAdapterErrors.Unreadable, $"{path} cannot be read ({e.Message}); check the file and its permissions.", e);
        }
        catch
        {
            file?.Dispose();
            throw;
        }
    }

    /// <summary>Reads the values of a parameter.</summary>
    /// <param name="index">Index in <see cref="Parameters"/>.</param>
    /// <param name="destination">Exactly its bytes.</param>
    /// <exception cref="ModelPackException">MPK1120: the file has become shorter since it was opened.</exception>
    public unsafe void Read(int index, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(destination.Length, Parameters[index].ByteLength, nameof(destination));
        try
        {
            fixed (byte* target = destination)
            {
                _file.Read(_values[index], destination.Length, (nint)target, static (bytes, target) =>
                {
                    bytes.CopyTo(new Span<byte>((void*)target, bytes.Length));
                    return 0;
                });
            }
        }
        catch (EndOfStreamException e)
        {
            throw new ModelPackException(OrtAdapterErrors.Unreadable, $"{_file.Path}: the file became shorter while it was read; let whatever writes it finish, then run again.", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
