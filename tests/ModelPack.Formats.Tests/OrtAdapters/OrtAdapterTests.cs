using System.Buffers.Binary;
using ModelPack.Formats.Onnx;
using ModelPack.Formats.OrtAdapters;

namespace ModelPack.Tests.OrtAdapters;

/// <summary>Adapter files of ONNX Runtime; that ONNX Runtime itself opens them is tested where graphs are built.</summary>
public sealed class OrtAdapterTests : IDisposable
{
    private static readonly OrtAdapterParameter[] Parameters =
    [
        new("a.lora_A.weight", OnnxElementType.Float32, [3, 2]),
        new("é.lora_B.weight", OnnxElementType.Float16, [2, 5]),
        new("x", OnnxElementType.Float32, [0, 7]),
        new("scalar", OnnxElementType.Int64, []),
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_written_is_read_back()
    {
        string path = Write("round.onnx_adapter");
        using OrtAdapterFile file = OrtAdapterFile.Open(path);

        Assert.Equal(Parameters.Select(parameter => (parameter.Name, parameter.Type, string.Join(',', parameter.Dims))), file.Parameters.Select(parameter => (parameter.Name, parameter.Type, string.Join(',', parameter.Dims))));
        for (int i = 0; i < Parameters.Length; i++)
        {
            byte[] bytes = new byte[Parameters[i].ByteLength];
            file.Read(i, bytes);
            Assert.Equal(Values(i), bytes);
        }
    }

    [Fact]
    public void The_same_parameters_give_the_same_bytes()
    {
        Assert.Equal(File.ReadAllBytes(Write("one.onnx_adapter")), File.ReadAllBytes(Write("two.onnx_adapter")));
    }

    [Theory]
    [InlineData("no file", "MPK1120")]
    [InlineData("empty", "MPK1121")]
    [InlineData("another identifier", "MPK1121")]
    [InlineData("another version", "MPK1121")]
    [InlineData("root outside", "MPK1121")]
    [InlineData("cut in the values", "MPK1121")]
    [InlineData("cut in the tables", "MPK1121")]
    [InlineData("too many parameters", "MPK1121")]
    [InlineData("a dimension too large", "MPK1121")]
    [InlineData("a name twice", "MPK1121")]
    public void A_damaged_file_is_refused_by_its_path(string defect, string code)
    {
        byte[] bytes = File.ReadAllBytes(Write("good.onnx_adapter"));
        int root = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        byte[]? damaged = defect switch
        {
            "no file" => null,
            "empty" => [],
            "another identifier" => With(bytes, 4, 0x4C494147),
            "another version" => With(bytes, root + 4, 2),
            "root outside" => With(bytes, 0, int.MaxValue),
            "cut in the values" => bytes[..^40],
            "cut in the tables" => bytes[..80],
            "too many parameters" => With(bytes, root + 20, 1 << 28),
            "a dimension too large" => Replaced(bytes, 3, 1L << 40),
            _ => NamedAlike(bytes),
        };
        string path = _folder.File("damaged.onnx_adapter");
        if (damaged is not null)
        {
            File.WriteAllBytes(path, damaged);
        }

        ModelPackException error = Assert.Throws<ModelPackException>(() => OrtAdapterFile.Open(path).Dispose());

        Assert.Equal(code, error.Code);
        Assert.StartsWith(path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_with_any_byte_changed_is_read_or_refused()
    {
        byte[] bytes = File.ReadAllBytes(Write("good.onnx_adapter"));
        string path = _folder.File("changed.onnx_adapter");
        int refused = 0;
        for (int i = 0; i < Math.Min(bytes.Length, 420); i++)
        {
            foreach (byte value in (byte[])[0, 0x7F, 0xFF])
            {
                byte[] changed = [.. bytes];
                changed[i] = value;
                File.WriteAllBytes(path, changed);
                try
                {
                    using OrtAdapterFile file = OrtAdapterFile.Open(path);
                    for (int p = 0; p < file.Parameters.Count; p++)
                    {
                        file.Read(p, new byte[file.Parameters[p].ByteLength]);
                    }
                }
                catch (ModelPackException error)
                {
                    Assert.Equal("MPK1121", error.Code);
                    refused++;
                }
            }
        }

        Assert.InRange(refused, 300, 1260);
    }

    private string Write(string name)
    {
        string path = _folder.File(name);
        OrtAdapterWriter.Write(path, Parameters, Values);
        return path;
    }

    private static byte[] Values(int index) => [.. Enumerable.Range(0, (int)Parameters[index].ByteLength).Select(i => (byte)((i * 7) + index))];

    private static byte[] With(byte[] bytes, int at, int value)
    {
        byte[] changed = [.. bytes];
        BinaryPrimitives.WriteInt32LittleEndian(changed.AsSpan(at), value);
        return changed;
    }

    private static byte[] Replaced(byte[] bytes, long dimension, long by)
    {
        byte[] sought = BitConverter.GetBytes(dimension), changed = [.. bytes];
        BitConverter.GetBytes(by).CopyTo(changed, changed.AsSpan().IndexOf(sought));
        return changed;
    }

    private static byte[] NamedAlike(byte[] bytes)
    {
        byte[] changed = [.. bytes];
        int at = changed.AsSpan().IndexOf("é.lora_B"u8);
        "a.lora_A.weight\0"u8.CopyTo(changed.AsSpan(at));
        BinaryPrimitives.WriteInt32LittleEndian(changed.AsSpan(at - 4), 15);
        return changed;
    }
}
