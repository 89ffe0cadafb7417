using System.Runtime.InteropServices;
using ModelPack.Formats.Gguf;

namespace ModelPack.Benchmarks.Gguf;

/// <summary>A copy of a GGUF file with every tensor as float32: what a quantizer starts from.</summary>
internal static class WidenedFile
{
    public static void Write(string source, string destination)
    {
        using GgufFile file = GgufFile.Open(source);
        using GgufWriter writer = GgufWriter.Create(destination, file.Metadata, [.. file.Tensors.Select(tensor => new GgufTensorInfo(tensor.Name, GgufTensorType.F32, tensor.Shape))]);
        foreach (GgufTensor tensor in file.Tensors)
        {
            var values = new float[tensor.ElementCount];
            tensor.ReadFloat32(0, values);
            writer.Write(MemoryMarshal.AsBytes(values.AsSpan()));
            tensor.Release();
        }

        writer.Complete();
    }
}
