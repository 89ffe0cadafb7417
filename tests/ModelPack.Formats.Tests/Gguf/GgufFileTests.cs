using System.Runtime.InteropServices;
using ModelPack.Formats.Gguf;

namespace ModelPack.Tests.Gguf;

public class GgufFileTests
{
    [Fact]
    public void Metadata_of_every_type_is_read_as_its_dotnet_value()
    {
        using var folder = new TemporaryFolder();
        using GgufFile file = Open(folder, new GgufBytes(0, 15)
            .Pair("u8", GgufValueType.UInt8, 200)
            .Pair("i8", GgufValueType.Int8, 0xFE)
            .Pair("u16", GgufValueType.UInt16, BitConverter.GetBytes((ushort)60_000))
            .Pair("i16", GgufValueType.Int16, BitConverter.GetBytes((short)-300))
            .Pair("u32", GgufValueType.UInt32, BitConverter.GetBytes(4_000_000_000))
            .Pair("i32", GgufValueType.Int32, BitConverter.GetBytes(-70_000))
            .Pair("f32", GgufValueType.Float32, BitConverter.GetBytes(1e-5f))
            .Pair("bool", GgufValueType.Bool, 1)
            .Text("text").U32((uint)GgufValueType.Text).Text("größe")
            .Pair("u64", GgufValueType.UInt64, BitConverter.GetBytes(ulong.MaxValue))
            .Pair("i64", GgufValueType.Int64, BitConverter.GetBytes(long.MinValue))
            .Pair("f64", GgufValueType.Float64, BitConverter.GetBytes(0.1))
            .ArrayPair("ints", GgufValueType.Int32, 2, 1, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF)
            .ArrayPair("bools", GgufValueType.Bool, 3, 1, 0, 1)
            .ArrayPair("empty", GgufValueType.Text, 0));

        object[] single = [(byte)200, (sbyte)-2, (ushort)60_000, (short)-300, 4_000_000_000, -70_000, 1e-5f, true, "größe", ulong.MaxValue, long.MinValue, 0.1];
        string[] keys = ["u8", "i8", "u16", "i16", "u32", "i32", "f32", "bool", "text", "u64", "i64", "f64"];
        Assert.Equal(single, keys.Select(key => file.Metadata[key].Content));
        Assert.All(keys, key => Assert.Equal(file.Metadata[key].Type, file.Metadata[key].ElementType));
        Assert.Equal((int[])[1, -1], file.Metadata["ints"].Content);
        Assert.Equal((bool[])[true, false, true], file.Metadata["bools"].Content);
        Assert.Equal((string[])[], file.Metadata["empty"].Content);
        Assert.Equal(GgufValueType.Array, file.Metadata["empty"].Type);
        Assert.Equal(GgufValueType.Text, file.Metadata["empty"].ElementType);
        Assert.Empty(file.Tensors);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Tensors_lie_one_after_another_at_the_alignment_of_the_file(uint version)
    {
        using var folder = new TemporaryFolder();
        float[] first = [1, -2, 3, -4, 5, -6];
        float[] second = [0.5f];
        GgufBytes bytes = new GgufBytes(2, 1, version)
            .Pair("general.alignment", GgufValueType.UInt32, 64, 0, 0, 0)
            .Tensor("first", GgufTensorType.F32, 0, 3, 2)
            .Tensor("second", GgufTensorType.F32, 64)
            .Pad(64).Raw(MemoryMarshal.AsBytes<float>(first).ToArray()).Pad(64).Raw(MemoryMarshal.AsBytes<float>(second).ToArray());
        using GgufFile file = Open(folder, bytes);

        Assert.Equal((int)version, file.Version);
        Assert.Equal(64, file.Alignment);
        Assert.Equal(["first", "second"], file.Tensors.Select(tensor => tensor.Name));
        Assert.Equal([2, 3], file.Tensors[0].Shape);
        Assert.Empty(file.Tensors[1].Shape);
        Assert.Equal(first, Read(file.Tensors[0]));
        Assert.Equal(second, Read(file.Tensors[1]));
        float[] part = new float[2];
        file.Tensors[0].ReadFloat32(3, part);
        Assert.Equal([-4, 5], part);
        byte[] raw = new byte[4];
        file.Tensors[0].ReadBytes(4, raw);
        Assert.Equal(-2, BitConverter.ToSingle(raw));
        Assert.Throws<ArgumentOutOfRangeException>(() => file.Tensors[0].ReadFloat32(5, part));
        file.Tensors[0].Release();
        Assert.Equal(first, Read(file.Tensors[0]));
    }

    [Fact]
    public void Type_that_is_not_decoded_is_named_with_those_that_are()
    {
        using var folder = new TemporaryFolder();
        using GgufFile file = Open(folder, new GgufBytes(1, 0).Tensor("t", GgufTensorType.TQ2_0, 0, 256).Pad().Raw(new byte[66]));
        Assert.False(file.Tensors[0].CanDecode);
        var error = Assert.Throws<ModelPackException>(() => Read(file.Tensors[0]));
        Assert.Equal("MPK1521", error.Code);
        Assert.Contains("'t' is stored as TQ2_0", error.Message, StringComparison.Ordinal);
        Assert.Contains("F32, F16, BF16, Q4_0, Q4_1, Q5_0", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Range_that_cuts_a_block_is_refused()
    {
        using var folder = new TemporaryFolder();
        using GgufFile file = Open(folder, new GgufBytes(1, 0).Tensor("t", GgufTensorType.Q4_0, 0, 64).Pad().Raw(new byte[36]));
        Assert.Throws<ArgumentOutOfRangeException>(() => file.Tensors[0].ReadFloat32(16, new float[32]));
        Assert.Throws<ArgumentOutOfRangeException>(() => file.Tensors[0].ReadFloat32(0, new float[33]));
        file.Tensors[0].ReadFloat32(32, new float[32]);
    }

    [Fact]
    public void File_that_shrinks_is_reported_and_a_closed_one_cannot_be_read()
    {
        using var folder = new TemporaryFolder();
        GgufFile file = Open(folder, new GgufBytes(1, 0).Tensor("t", GgufTensorType.F32, 0, 4).Pad().Raw(new byte[16]));
        using (FileStream shorter = File.Open(file.Path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            shorter.SetLength(shorter.Length - 1);
        }

        Assert.Equal("MPK1522", Assert.Throws<ModelPackException>(() => Read(file.Tensors[0])).Code);
        file.Dispose();
        Assert.Throws<ObjectDisposedException>(() => Read(file.Tensors[0]));
    }

    private static GgufFile Open(TemporaryFolder folder, GgufBytes bytes)
    {
        string path = folder.File("model.gguf");
        File.WriteAllBytes(path, bytes.ToArray());
        return GgufFile.Open(path);
    }

    private static float[] Read(GgufTensor tensor)
    {
        var values = new float[tensor.ElementCount];
        tensor.ReadFloat32(0, values);
        return values;
    }
}
