using System.Buffers.Binary;
using ModelPack.Formats.Numerics;
using static ModelPack.Formats.Safetensors.SafetensorsErrors;

namespace ModelPack.Formats.Safetensors;

/// <summary>One mapped and checked safetensors file.</summary>
internal sealed class SafetensorsFile : IDisposable
{
    private SafetensorsFile(MappedFile data, SafetensorsHeader header)
    {
        Data = data;
        Header = header;
    }

    public MappedFile Data { get; }

    public SafetensorsHeader Header { get; }

    public static SafetensorsFile Open(string path)
    {
        MappedFile? data = null;
        try
        {
            // Asked before opening: opening a pipe would wait for a writer.
            string target = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
            long length = new FileInfo(target).Length;
            if (length < SafetensorsHeader.PrefixLength)
            {
                throw new ModelPackException(TooShort, $"{path}: the file has {length} bytes and a safetensors file has at least {SafetensorsHeader.PrefixLength}; fetch or export the file again.");
            }

            data = new MappedFile(path);
            ulong prefix = data.Read(0, SafetensorsHeader.PrefixLength, 0, static (bytes, _) => BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            int headerLength = SafetensorsHeaderReader.ReadLength(path, prefix, data.Length);
            SafetensorsHeader header = data.Read(
                SafetensorsHeader.PrefixLength, headerLength, data, static (bytes, file) => SafetensorsHeaderReader.Parse(file.Path, bytes, file.Length));
            return new SafetensorsFile(data, header);
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

    public void Dispose() => Data.Dispose();
}
