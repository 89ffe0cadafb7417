using ModelPack.Formats.Numerics;
using static ModelPack.Formats.Gguf.GgufErrors;

namespace ModelPack.Formats.Gguf;

/// <summary>
/// A GGUF file, version 2 or 3, little-endian. It is memory-mapped and its header checked completely when it is opened, so that a
/// tensor which is listed can be read. Thread-safe; close it when done.
/// </summary>
public sealed class GgufFile : IDisposable
{
    private readonly MappedFile _data;

    private GgufFile(MappedFile data, GgufHeader header)
    {
        _data = data;
        Version = (int)header.Version;
        Metadata = header.Metadata;
        Alignment = header.Alignment;
        Tensors = [.. header.Entries.Select(entry => new GgufTensor(data, entry, header.DataStart))];
    }

    /// <summary>Full path.</summary>
    public string Path => _data.Path;

    /// <summary>2 or 3.</summary>
    public int Version { get; }

    /// <summary>Bytes to a multiple of which every tensor starts, counted from the start of the data.</summary>
    public int Alignment { get; }

    /// <summary>Metadata by key, in the order of the file.</summary>
    public IReadOnlyDictionary<string, GgufValue> Metadata { get; }

    /// <summary>Tensors in the order of the file.</summary>
    public IReadOnlyList<GgufTensor> Tensors { get; }

    /// <summary>Opens and checks a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="ModelPackException">MPK1500 to MPK1520: nothing there, not readable, or malformed; the file does not stay open.</exception>
    public static GgufFile Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        path = System.IO.Path.GetFullPath(path);
        if (!System.IO.Path.Exists(path))
        {
            throw new ModelPackException(NotFound, $"{path}: there is no such file; check the path of the model.");
        }

        MappedFile? data = null;
        try
        {
            // Asked before opening: opening a pipe would wait for a writer.
            string target = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
            if (new FileInfo(target).Length == 0)
            {
                throw new ModelPackException(NotGguf, $"{path}: the file is empty; {GgufCursor.FetchAgain}.");
            }

            data = new MappedFile(path);
            GgufHeader header = data.Read(
                0, (int)Math.Min(data.Length, int.MaxValue), data, static (bytes, file) => GgufHeaderReader.Parse(file.Path, bytes, file.Length));
            return new GgufFile(data, header);
        }
        catch (Exception e)
        {
            data?.Dispose();
            if (e is IOException or UnauthorizedAccessException)
            {
                throw new ModelPackException(Unreadable, $"{path}: the file cannot be read ({e.Message.TrimEnd('.')}); check that it is a file and that you may read it.", e);
            }

            throw;
        }
    }

    /// <summary>Closes the file; tensors cannot be read afterwards.</summary>
    public void Dispose() => _data.Dispose();
}
