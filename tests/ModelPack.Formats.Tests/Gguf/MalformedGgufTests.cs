using System.Text;
using ModelPack.Formats.Gguf;
using static ModelPack.Formats.Gguf.GgufTensorType;

namespace ModelPack.Tests.Gguf;

public class MalformedGgufTests
{
    public static TheoryData<string, string, string?, byte[]> MalformedFiles() => new()
    {
        { "empty file", "MPK1502", null, [] },
        { "three bytes", "MPK1502", null, [(byte)'G', (byte)'G', (byte)'U'] },
        { "pointer to a file", "MPK1502", null, Encoding.ASCII.GetBytes("version https://git-lfs.github.com/spec/v1") },
        { "magic in lower case", "MPK1502", null, new GgufBytes(0, 0, magic: "gguf").ToArray() },
        { "version 1", "MPK1503", null, new GgufBytes(0, 0, version: 1).ToArray() },
        { "version 4", "MPK1503", null, new GgufBytes(0, 0, version: 4).ToArray() },
        { "big-endian", "MPK1503", null, new GgufBytes(0, 0, version: 0x03000000).ToArray() },
        { "version cut off", "MPK1504", null, Encoding.ASCII.GetBytes("GGUF\x03\0") },
        { "counts cut off", "MPK1504", null, new GgufBytes(0, 0).ToArray()[..20] },
        { "value cut off", "MPK1504", "'a'", new GgufBytes(0, 1).Pair("a", GgufValueType.UInt32, 1, 2).ToArray() },
        { "type of a value cut off", "MPK1504", "'aaaa'", new GgufBytes(0, 1).Text("aaaa").Raw(0).ToArray() },
        { "tensor info cut off", "MPK1504", "'tttttttttt'", new GgufBytes(1, 0).Text("tttttttttt").U32(1).U32(0).ToArray() },
        { "more tensors than bytes", "MPK1505", null, new GgufBytes(1UL << 40, 0).ToArray() },
        { "tensor count with the sign bit", "MPK1505", null, new GgufBytes(ulong.MaxValue, 0).ToArray() },
        { "more values than bytes", "MPK1505", null, new GgufBytes(0, 1UL << 30).ToArray() },
        { "more elements than bytes", "MPK1505", "'a'", new GgufBytes(0, 1).ArrayPair("a", GgufValueType.Float64, 1UL << 60, 0).ToArray() },
        { "one element more than bytes", "MPK1505", "'a'", new GgufBytes(0, 1).ArrayPair("a", GgufValueType.UInt16, 3, 1, 2, 3, 4, 5).ToArray() },
        { "more texts than bytes", "MPK1505", "'a'", new GgufBytes(0, 1).ArrayPair("a", GgufValueType.Text, 3, new byte[23]).ToArray() },
        { "key longer than the file", "MPK1506", "key 0", new GgufBytes(0, 1).U64(1UL << 63).Raw(1, 2, 3, 4, 5).ToArray() },
        { "text longer than the file", "MPK1506", "'a'", new GgufBytes(0, 1).Pair("a", GgufValueType.Text, 9, 0, 0, 0, 0, 0, 0, 0, 65).ToArray() },
        { "key not UTF-8", "MPK1507", "key 0", new GgufBytes(0, 1).U64(1).Raw(0xFF).U32(0).Raw(1).ToArray() },
        { "text not UTF-8", "MPK1507", "'a'", new GgufBytes(0, 1).Pair("a", GgufValueType.Text, 2, 0, 0, 0, 0, 0, 0, 0, 0xC3, 0x28).ToArray() },
        { "empty key", "MPK1508", "empty", new GgufBytes(0, 1).Pair("", GgufValueType.UInt8, 1).ToArray() },
        { "key twice", "MPK1508", "'a'", new GgufBytes(0, 2).Pair("a", GgufValueType.UInt8, 1).Pair("a", GgufValueType.Int8, 1).ToArray() },
        { "value type 13", "MPK1509", "'a'", new GgufBytes(0, 1).Pair("a", (GgufValueType)13, 1).ToArray() },
        { "element type 200", "MPK1509", "'a'", new GgufBytes(0, 1).ArrayPair("a", (GgufValueType)200, 0).ToArray() },
        { "array of arrays", "MPK1510", "'a'", new GgufBytes(0, 1).ArrayPair("a", GgufValueType.Array, 0).ToArray() },
        { "truth value 2", "MPK1511", "'a'", new GgufBytes(0, 1).Pair("a", GgufValueType.Bool, 2).ToArray() },
        { "truth value 2 in an array", "MPK1511", "'a'", new GgufBytes(0, 1).ArrayPair("a", GgufValueType.Bool, 2, 1, 2).ToArray() },
        { "alignment of 48", "MPK1512", null, new GgufBytes(0, 1).Pair("general.alignment", GgufValueType.UInt32, 48, 0, 0, 0).ToArray() },
        { "alignment of 0", "MPK1512", null, new GgufBytes(0, 1).Pair("general.alignment", GgufValueType.UInt32, 0, 0, 0, 0).ToArray() },
        { "alignment of 2^31", "MPK1512", null, new GgufBytes(0, 1).Pair("general.alignment", GgufValueType.UInt32, 0, 0, 0, 0x80).ToArray() },
        { "alignment in 64 bits", "MPK1512", null, new GgufBytes(0, 1).Pair("general.alignment", GgufValueType.UInt64, 32, 0, 0, 0, 0, 0, 0, 0).ToArray() },
        { "tensor without a name", "MPK1513", "tensor 0", Data(new GgufBytes(1, 0).Tensor("", F32, 0, 1)) },
        { "name of 64 bytes", "MPK1513", "tensor 0", Data(new GgufBytes(1, 0).Tensor(new string('n', 64), F32, 0, 1)) },
        { "name of 32 letters of two bytes", "MPK1513", "tensor 0", Data(new GgufBytes(1, 0).Tensor(new string('é', 32), F32, 0, 1)) },
        { "name twice", "MPK1514", "'t'", Data(new GgufBytes(2, 0).Tensor("t", F32, 0, 8).Tensor("t", F32, 32, 8)) },
        { "rank 5", "MPK1515", "'t'", Data(new GgufBytes(1, 0).Tensor("t", F32, 0, 1, 1, 1, 1, 1)) },
        { "rank 2^32 - 1", "MPK1515", "'t'", Data(new GgufBytes(1, 0).Text("t").U32(uint.MaxValue)) },
        { "removed type 4", "MPK1516", "'t'", Data(new GgufBytes(1, 0).Tensor("t", (GgufTensorType)4, 0, 32)) },
        { "type 43", "MPK1516", "'t'", Data(new GgufBytes(1, 0).Tensor("t", (GgufTensorType)43, 0, 32)) },
        { "type 2^32 - 1", "MPK1516", "'t'", Data(new GgufBytes(1, 0).Tensor("t", unchecked((GgufTensorType)(-1)), 0, 32)) },
        { "dimension over 63 bits", "MPK1517", "'t'", Data(new GgufBytes(1, 0).Tensor("t", F32, 0, 1UL << 63)) },
        { "product over 63 bits", "MPK1517", "'t'", Data(new GgufBytes(1, 0).Tensor("t", F32, 0, 1UL << 32, 1UL << 32)) },
        { "bytes over 63 bits", "MPK1517", "'t'", Data(new GgufBytes(1, 0).Tensor("t", F32, 0, 1UL << 61)) },
        { "end over 63 bits", "MPK1517", "'t'", Data(new GgufBytes(1, 0).Tensor("t", I8, 0, (1UL << 63) - 1)) },
        { "product that wraps to the right size", "MPK1517", "'t'", Data(new GgufBytes(1, 0).Tensor("t", I8, 0, (1UL << 62) + 1, 4)) },
        { "row of 33 in blocks of 32", "MPK1518", "'t'", Data(new GgufBytes(1, 0).Tensor("t", Q4_1, 0, 33)) },
        { "row of 16, two of them, in blocks of 32", "MPK1518", "'t'", Data(new GgufBytes(1, 0).Tensor("t", Q8_0, 0, 16, 2)) },
        { "scalar in blocks", "MPK1518", "'t'", Data(new GgufBytes(1, 0).Tensor("t", Q8_0, 0)) },
        { "row of 128 in blocks of 256", "MPK1518", "'t'", Data(new GgufBytes(1, 0).Tensor("t", Q4_K, 0, 128)) },
        { "hole at the start", "MPK1519", "'t'", Data(new GgufBytes(1, 0).Tensor("t", F32, 32, 1)) },
        { "hole", "MPK1519", "'u'", Data(new GgufBytes(2, 0).Tensor("t", F32, 0, 8).Tensor("u", F32, 64, 8)) },
        { "overlap", "MPK1519", "'u'", Data(new GgufBytes(2, 0).Tensor("t", F32, 0, 16).Tensor("u", F32, 32, 8)) },
        { "not aligned", "MPK1519", "'u'", Data(new GgufBytes(2, 0).Tensor("t", F32, 0, 1).Tensor("u", F32, 4, 1)) },
        { "offset with the sign bit", "MPK1519", "'t'", Data(new GgufBytes(1, 0).Tensor("t", F32, 1UL << 63, 1)) },
        { "no data", "MPK1520", "'t'", new GgufBytes(1, 0).Tensor("t", F32, 0, 1).Pad().ToArray() },
        { "data cut off", "MPK1520", "'u'", Data(new GgufBytes(2, 0).Tensor("t", F32, 0, 8).Tensor("u", F32, 32, 65)) },
        { "tensor far beyond the file", "MPK1520", "'t'", Data(new GgufBytes(1, 0).Tensor("t", Q4_0, 0, 1UL << 55)) },
    };

    [Theory]
    [MemberData(nameof(MalformedFiles))]
    public void Malformed_file_is_refused_with_file_and_place_named(string what, string code, string? place, byte[] bytes)
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("model.gguf");
        File.WriteAllBytes(path, bytes);

        var error = Assert.Throws<ModelPackException>(() => GgufFile.Open(path));

        Assert.True(error.Code == code, $"{what}: {error.Code} {error.Message}");
        Assert.StartsWith(path, error.Message, StringComparison.Ordinal);
        Assert.EndsWith(".", error.Message, StringComparison.Ordinal);
        Assert.Contains(place ?? string.Empty, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_file_and_folder_in_place_of_a_file_are_told_apart()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal("MPK1500", Assert.Throws<ModelPackException>(() => GgufFile.Open(folder.File("absent"))).Code);
        Assert.Equal("MPK1501", Assert.Throws<ModelPackException>(() => GgufFile.Open(folder.FullPath)).Code);
    }

    [Fact]
    public void Claimed_sizes_allocate_nothing_of_that_size()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("model.gguf");
        byte[][] files =
        [
            new GgufBytes(0, 1).ArrayPair("a", GgufValueType.UInt8, 1 << 30, 0).ToArray(),
            new GgufBytes(0, 1).ArrayPair("a", GgufValueType.Text, 1 << 28, 0).ToArray(),
            new GgufBytes(1 << 28, 0).ToArray(),
        ];
        foreach (byte[] file in files)
        {
            File.WriteAllBytes(path, file);
            long before = GC.GetAllocatedBytesForCurrentThread();
            Assert.Equal("MPK1505", Assert.Throws<ModelPackException>(() => GgufFile.Open(path)).Code);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
        }
    }

    [Fact]
    public void Mutated_files_are_read_or_refused_but_never_crash()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("model.gguf");
        byte[] valid = Data(new GgufBytes(3, 3)
            .Pair("general.alignment", GgufValueType.UInt32, 32, 0, 0, 0)
            .ArrayPair("tokens", GgufValueType.Text, 2, [1, 0, 0, 0, 0, 0, 0, 0, 65, 0, 0, 0, 0, 0, 0, 0, 0])
            .ArrayPair("flags", GgufValueType.Bool, 3, 0, 1, 1)
            .Tensor("a", Q4_1, 0, 32, 2)
            .Tensor("b", F16, 64, 3)
            .Tensor("c", Q8_0, 96, 32));
        var random = new Random(20252);
        int read = 0;
        for (int round = 0; round < 600; round++)
        {
            var bytes = new List<byte>(valid);
            for (int edits = random.Next(1, 4); edits > 0; edits--)
            {
                int at = random.Next(bytes.Count);
                switch (random.Next(5))
                {
                    case 0: bytes[at] = (byte)random.Next(256); break;
                    case 1: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                    case 2: bytes.RemoveRange(at, Math.Min(random.Next(1, 9), bytes.Count - at)); break;
                    case 3: bytes.InsertRange(at, new byte[random.Next(1, 9)]); break;
                    default: bytes[at] = byte.MaxValue; break;
                }
            }

            File.WriteAllBytes(path, [.. bytes]);
            try
            {
                using GgufFile file = GgufFile.Open(path);
                foreach (GgufTensor tensor in file.Tensors)
                {
                    Assert.InRange(tensor.ByteOffset + tensor.ByteLength, 0, bytes.Count);
                    if (tensor.CanDecode)
                    {
                        tensor.ReadFloat32(0, new float[tensor.ElementCount]);
                    }
                }

                read++;
            }
            catch (ModelPackException e)
            {
                Assert.StartsWith("MPK15", e.Code, StringComparison.Ordinal);
            }
        }

        Assert.InRange(read, 1, 599);
    }

    // Enough zeros that the counts of the header are plausible.
    private static byte[] Data(GgufBytes bytes) => bytes.Pad().Raw(new byte[160]).ToArray();
}
