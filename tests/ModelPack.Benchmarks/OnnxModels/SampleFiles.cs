using System.Text;
using ModelPack.Formats.Onnx;
using ModelPack.Packing.OnnxModels.Samples;

namespace ModelPack.Benchmarks.OnnxModels;

/// <summary>Writes samples as a user would: a folder for each, a .npy file for each input.</summary>
internal static class SampleFiles
{
    private static readonly Dictionary<OnnxElementType, string> Types = new()
    {
        [OnnxElementType.Float32] = "<f4",
        [OnnxElementType.Int32] = "<i4",
        [OnnxElementType.Int64] = "<i8",
    };

    public static void Write(string folder, IReadOnlyList<SampleInput> samples)
    {
        for (int i = 0; i < samples.Count; i++)
        {
            string path = Directory.CreateDirectory(Path.Combine(folder, $"{i:000}")).FullName;
            foreach ((string name, SampleTensor tensor) in samples[i].Tensors)
            {
                string shape = string.Concat(tensor.Shape.Select(dim => $"{dim}, "));
                string header = $"{{'descr': '{Types[tensor.Type]}', 'fortran_order': False, 'shape': ({shape}), }}".PadRight(117) + "\n";
                File.WriteAllBytes(Path.Combine(path, SampleFolder.FileNameOf(name)), [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. Encoding.ASCII.GetBytes(header), .. tensor.Bytes]);
            }
        }
    }
}
