using ModelPack.Formats.Gguf;

namespace ModelPack.Tests.Gguf.Fuzzing;

/// <summary>A real file that mutations start from.</summary>
/// <param name="Bytes">The whole file.</param>
/// <param name="HeaderLength">Bytes in front of the data.</param>
internal sealed record FuzzSeed(byte[] Bytes, int HeaderLength)
{
    // A file without tensors need not be padded.
    public static FuzzSeed Read(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        return new FuzzSeed(bytes, (int)Math.Min(GgufHeaderReader.Parse(path, bytes, bytes.Length).DataStart, bytes.Length));
    }
}
