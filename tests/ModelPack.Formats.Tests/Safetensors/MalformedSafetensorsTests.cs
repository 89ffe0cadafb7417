using System.Text;
using ModelPack.Formats.Safetensors;
using static ModelPack.Tests.Safetensors.SafetensorsBytes;

namespace ModelPack.Tests.Safetensors;

public class MalformedSafetensorsTests
{
    public static TheoryData<string, string, string?, byte[]> MalformedFiles()
    {
        string good = Entry("a");
        return new TheoryData<string, string, string?, byte[]>
        {
            { "empty file", "MPK1004", null, [] },
            { "seven bytes", "MPK1004", null, new byte[7] },
            { "no header", "MPK1008", null, new byte[8] },
            { "header one byte longer than the file", "MPK1005", null, File("{}", 0, claimedLength: 3) },
            { "header of 100 MB and one byte", "MPK1006", null, File("{}", 0, claimedLength: 100_000_001) },
            { "header length with the sign bit", "MPK1006", null, File("{}", 0, claimedLength: -1) },
            { "text file", "MPK1006", null, Encoding.ASCII.GetBytes("version https://git-lfs.github.com/spec/v1") },
            { "not UTF-8", "MPK1007", null, File([(byte)'{', (byte)'"', 0xC3, 0x28, (byte)'"', (byte)':', (byte)'1', (byte)'}'], 0) },
            { "not JSON", "MPK1008", null, File("{\"a\":", 0) },
            { "two objects", "MPK1008", null, File("{}{}", 0) },
            { "padded with zeros", "MPK1008", null, File("{}\0\0", 0) },
            { "nested too deeply", "MPK1008", null, File("{\"a\":{\"x\":" + new string('[', 1000), 0) },
            { "half of a surrogate pair as name", "MPK1008", null, File("{\"\\ud800\":{}}", 0) },
            { "array", "MPK1009", null, File("[]", 0) },
            { "text", "MPK1009", null, File("\"a\"", 0) },
            { "metadata is a list", "MPK1010", null, File("{\"__metadata__\":[]}", 0) },
            { "metadata has a number", "MPK1010", null, File("{\"__metadata__\":{\"a\":1}}", 0) },
            { "metadata name twice", "MPK1010", null, File("{\"__metadata__\":{\"a\":\"1\",\"a\":\"2\"}}", 0) },
            { "name twice", "MPK1011", "a", File($"{{{good},{Entry("a", offsets: "[4,8]")}}}", 8) },
            { "name twice, once escaped", "MPK1011", "a", File($"{{{good},{Entry("\\u0061", offsets: "[4,8]")}}}", 8) },
            { "entry is a number", "MPK1012", "a", File("{\"a\":1}", 0) },
            { "no dtype", "MPK1012", "a", File("{\"a\":{\"shape\":[4],\"data_offsets\":[0,4]}}", 4) },
            { "no shape", "MPK1012", "a", File("{\"a\":{\"dtype\":\"U8\",\"data_offsets\":[0,4]}}", 4) },
            { "no offsets", "MPK1012", "a", File("{\"a\":{\"dtype\":\"U8\",\"shape\":[4]}}", 4) },
            { "dtype twice", "MPK1012", "a", File("{\"a\":{\"dtype\":\"U8\",\"dtype\":\"I8\",\"shape\":[4],\"data_offsets\":[0,4]}}", 4) },
            { "shape twice", "MPK1012", "a", File("{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"shape\":[4],\"data_offsets\":[0,4]}}", 4) },
            { "dtype is a number", "MPK1012", "a", File("{\"a\":{\"dtype\":8,\"shape\":[4],\"data_offsets\":[0,4]}}", 4) },
            { "unknown dtype", "MPK1013", "a", File($"{{{Entry("a", type: "F4")}}}", 4) },
            { "dtype in lower case", "MPK1013", "a", File($"{{{Entry("a", type: "u8")}}}", 4) },
            { "shape is a number", "MPK1014", "a", File($"{{{Entry("a", shape: "4")}}}", 4) },
            { "negative shape", "MPK1014", "a", File($"{{{Entry("a", shape: "[-4]")}}}", 4) },
            { "fraction in shape", "MPK1014", "a", File($"{{{Entry("a", shape: "[4.0]")}}}", 4) },
            { "text in shape", "MPK1014", "a", File($"{{{Entry("a", shape: "[\"4\"]")}}}", 4) },
            { "dimension over 63 bits", "MPK1014", "a", File($"{{{Entry("a", shape: "[9223372036854775808]")}}}", 4) },
            { "product over 63 bits", "MPK1015", "a", File($"{{{Entry("a", shape: "[4294967296,4294967296]")}}}", 4) },
            { "bytes over 63 bits", "MPK1015", "a", File($"{{{Entry("a", type: "F64", shape: "[2305843009213693952]")}}}", 4) },
            { "product that wraps to the right size", "MPK1015", "a", File($"{{{Entry("a", shape: "[4611686018427387905,4]")}}}", 4) },
            { "one offset", "MPK1016", "a", File($"{{{Entry("a", offsets: "[4]")}}}", 4) },
            { "three offsets", "MPK1016", "a", File($"{{{Entry("a", offsets: "[0,4,8]")}}}", 4) },
            { "negative offset", "MPK1016", "a", File($"{{{Entry("a", offsets: "[-4,0]")}}}", 4) },
            { "offset over 63 bits", "MPK1016", "a", File($"{{{Entry("a", offsets: "[0,18446744073709551615]")}}}", 4) },
            { "offsets are text", "MPK1016", "a", File($"{{{Entry("a", offsets: "\"0,4\"")}}}", 4) },
            { "offsets reversed", "MPK1017", "a", File($"{{{Entry("a", offsets: "[4,0]")}}}", 4) },
            { "truncated data", "MPK1018", "a", File($"{{{good}}}", 3) },
            { "offsets far beyond the file", "MPK1018", "a", File($"{{{Entry("a", shape: "[1099511627776]", offsets: "[0,1099511627776]")}}}", 3) },
            { "size does not fit the shape", "MPK1019", "a", File($"{{{Entry("a", shape: "[5]")}}}", 4) },
            { "size does not fit the type", "MPK1019", "a", File($"{{{Entry("a", type: "F16")}}}", 4) },
            { "scalar with four bytes", "MPK1019", "a", File($"{{{Entry("a", shape: "[]")}}}", 4) },
            { "same place twice", "MPK1020", "b", File($"{{{good},{Entry("b")}}}", 4) },
            { "overlap", "MPK1020", "b", File($"{{{good},{Entry("b", offsets: "[3,7]")}}}", 7) },
            { "hole", "MPK1021", "b", File($"{{{good},{Entry("b", offsets: "[5,9]")}}}", 9) },
            { "hole at the start", "MPK1021", "a", File($"{{{Entry("a", offsets: "[1,5]")}}}", 5) },
            { "bytes after the last tensor", "MPK1022", null, File($"{{{good}}}", 5) },
            { "data without tensors", "MPK1022", null, File("{}", 1) },
        };
    }

    [Theory]
    [MemberData(nameof(MalformedFiles))]
    public void Malformed_file_is_refused_with_file_and_tensor_named(string what, string code, string? tensor, byte[] bytes)
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("model.safetensors");
        System.IO.File.WriteAllBytes(path, bytes);

        var error = Assert.Throws<ModelPackException>(() => SafetensorsCheckpoint.Open(path));

        Assert.True(error.Code == code, $"{what}: {error.Code} {error.Message}");
        Assert.StartsWith(path, error.Message, StringComparison.Ordinal);
        Assert.EndsWith(".", error.Message, StringComparison.Ordinal);
        Assert.Contains(tensor is null ? string.Empty : $"'{tensor}'", error.Message, StringComparison.Ordinal);
        System.IO.File.Delete(path);
    }

    [Fact]
    public void Huge_header_length_allocates_nothing_of_that_size()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("model.safetensors");
        System.IO.File.WriteAllBytes(path, File("{}", 0, claimedLength: 99_999_999));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal("MPK1005", Assert.Throws<ModelPackException>(() => SafetensorsCheckpoint.Open(path)).Code);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void Missing_path_folder_without_checkpoint_and_folder_in_place_of_a_file_are_told_apart()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal("MPK1001", Assert.Throws<ModelPackException>(() => SafetensorsCheckpoint.Open(folder.File("absent"))).Code);
        Assert.Equal("MPK1002", Assert.Throws<ModelPackException>(() => SafetensorsCheckpoint.Open(folder.FullPath)).Code);
        Directory.CreateDirectory(folder.File("model.safetensors"));
        Assert.Equal("MPK1003", Assert.Throws<ModelPackException>(() => SafetensorsCheckpoint.Open(folder.FullPath)).Code);
    }

    [Fact]
    public void Mutated_headers_are_read_or_refused_but_never_crash()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("model.safetensors");
        byte[] valid = File($"{{\"__metadata__\":{{\"format\":\"pt\"}},{Entry("a")},{Entry("b\\n", "F16", "[2,1]", "[4,8]")},{Entry("empty", "F32", "[0,3]", "[8,8]")}}}", 8);
        byte[][] words = [.. new[] { "[", "]", "{", "}", ",", "\"", "-1", "1e9", "99999999999999999999", "null", "\\u0000", "U8", "data_offsets", "\0" }.Select(Encoding.ASCII.GetBytes)];
        var random = new Random(20251);
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
                    case 3: bytes.InsertRange(at, words[random.Next(words.Length)]); break;
                    default: bytes[random.Next(Math.Min(8, bytes.Count))] = (byte)random.Next(256); break;
                }

                if (bytes.Count == 0)
                {
                    break;
                }
            }

            // A length field that fits the edited header lets the mutations reach the parser.
            if (bytes.Count > 16 && random.Next(2) == 0)
            {
                byte[] length = BitConverter.GetBytes((long)bytes.Count - 16);
                for (int i = 0; i < 8; i++)
                {
                    bytes[i] = length[i];
                }
            }

            System.IO.File.WriteAllBytes(path, [.. bytes]);
            try
            {
                using SafetensorsCheckpoint checkpoint = SafetensorsCheckpoint.Open(path);
                foreach (SafetensorsTensor tensor in checkpoint.Tensors.Values)
                {
                    Assert.InRange(tensor.ByteLength, 0, bytes.Count);
                    tensor.ReadFloat32(0, new float[tensor.ElementCount]);
                }

                read++;
            }
            catch (ModelPackException e)
            {
                Assert.StartsWith("MPK10", e.Code, StringComparison.Ordinal);
            }
        }

        Assert.InRange(read, 1, 599);
    }
}
