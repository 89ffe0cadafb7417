using ModelPack.Formats.Gguf;
using ModelPack.LlamaCpp;
using static ModelPack.Formats.Gguf.GgufTensorType;

namespace ModelPack.Tests.Gguf;

public class GgufWriterTests
{
    private static readonly KeyValuePair<string, GgufValue>[] EveryType =
    [
        Pair("u8", (byte)200), Pair("i8", (sbyte)-5), Pair("u16", (ushort)60_000), Pair("i16", (short)-300), Pair("u32", 4_000_000_000),
        Pair("i32", -70_000), Pair("f32", 1e-5f), Pair("bool", true), Pair("text", "größe"), Pair("u64", ulong.MaxValue), Pair("i64", long.MinValue),
        Pair("f64", 0.1), Pair("u8s", (byte[])[1, 2, 255]), Pair("i8s", (sbyte[])[-1]), Pair("u16s", (ushort[])[1, 65535]), Pair("i16s", (short[])[-1, 1]),
        Pair("u32s", (uint[])[1, uint.MaxValue]), Pair("i32s", (int[])[-1, 1]), Pair("f32s", (float[])[1.5f, float.NegativeInfinity]),
        Pair("bools", (bool[])[true, false]), Pair("texts", (string[])["", "a", "ü"]), Pair("u64s", (ulong[])[1]), Pair("i64s", (long[])[-1]),
        Pair("f64s", (double[])[Math.PI]), Pair("none", (string[])[]),
    ];

    public static TheoryData<string, string, string, KeyValuePair<string, GgufValue>[], GgufTensorInfo[]> Refused() => new()
    {
        { "empty key", "MPK1508", "empty", [Pair("", 1u)], [] },
        { "key twice", "MPK1508", "'a'", [Pair("a", 1u), Pair("a", 2u)], [] },
        { "alignment of 48", "MPK1512", "alignment", [Pair("general.alignment", 48u)], [] },
        { "alignment in 64 bits", "MPK1512", "alignment", [Pair("general.alignment", 64ul)], [] },
        { "tensor without a name", "MPK1513", "tensor 0", [], [new("", F32, [1])] },
        { "name of 64 bytes", "MPK1513", "tensor 1", [], [new("a", F32, [1]), new(new string('n', 62) + "ü", F32, [1])] },
        { "tensor twice", "MPK1514", "'a'", [], [new("a", F32, [1]), new("a", F32, [1])] },
        { "five dimensions", "MPK1515", "'a'", [], [new("a", F32, [1, 1, 1, 1, 1])] },
        { "removed type", "MPK1516", "'a'", [], [new("a", (GgufTensorType)4, [32])] },
        { "negative dimension", "MPK1517", "'a'", [], [new("a", F32, [-1])] },
        { "size beyond 63 bits", "MPK1517", "'a'", [], [new("a", F32, [1L << 40, 1L << 40])] },
        { "broken row", "MPK1518", "'a'", [], [new("a", Q4_K, [2, 128])] },
    };

    [Fact]
    public void Values_of_every_type_are_read_back_in_the_same_order()
    {
        using var folder = new TemporaryFolder();
        string path = Write(folder, EveryType, []);
        using GgufFile file = GgufFile.Open(path);
        Assert.Equal(EveryType.Select(pair => pair.Key), file.Metadata.Keys);
        Assert.All(EveryType, pair => Assert.Equal(pair.Value.Content, file.Metadata[pair.Key].Content));
        Assert.All(EveryType, pair => Assert.Equal((pair.Value.Type, pair.Value.ElementType), (file.Metadata[pair.Key].Type, file.Metadata[pair.Key].ElementType)));
    }

    [SkippableFact]
    public void Ggmls_reader_finds_the_same_values_and_tensors()
    {
        RequireLibraries();
        using var folder = new TemporaryFolder();
        byte[] data = RandomBytes(4 + (144 * 6) + 2);
        string path = Write(folder, [.. EveryType, Pair("general.alignment", 128u)], [(new("scalar", F32, []), data[..4]), (new("matrix", Q4_K, [3, 512]), data[4..^2]), (new("last", F16, [1]), data[^2..])]);
        GgmlFile file = GgmlFile.Read(path);
        Assert.Equal((3u, 128), (file.Version, file.Alignment));
        Assert.Equal(EveryType.Select(pair => pair.Key), file.Metadata.SkipLast(1).Select(entry => entry.Key));
        Assert.Equal(EveryType.Select(pair => pair.Value.Content), file.Metadata.SkipLast(1).Select(entry => entry.Value));
        Assert.Equal(EveryType.Select(pair => (int)pair.Value.Type), file.Metadata.SkipLast(1).Select(entry => entry.Type));
        Assert.Equal(["scalar", "matrix", "last"], file.Tensors.Select(tensor => tensor.Name));
        Assert.Equal([1, 1, 1, 1, 512, 3, 1, 1, 1, 1, 1, 1], file.Tensors.SelectMany(tensor => tensor.Dimensions));
        byte[] written = File.ReadAllBytes(path);
        Assert.Equal(data, file.Tensors.SelectMany(tensor => written[(int)tensor.Offset..(int)(tensor.Offset + tensor.Bytes)]));
        Assert.Equal(0, written.Length % 128);
    }

    [SkippableTheory]
    [MemberData(nameof(GgmlDecodingTests.ReferenceFiles), MemberType = typeof(GgmlDecodingTests))]
    public void Files_of_llama_cpp_are_written_again_byte_for_byte(string name)
    {
        string path = SharedFolder.Require($"models/gguf-reference/{name}.gguf");
        using var folder = new TemporaryFolder();
        using (GgufFile file = GgufFile.Open(path))
        {
            using GgufWriter writer = GgufWriter.Create(
                folder.File("again.gguf"), file.Metadata, file.Tensors.Select(tensor => new GgufTensorInfo(tensor.Name, tensor.Type, tensor.Shape)));
            foreach (GgufTensor tensor in file.Tensors)
            {
                byte[] bytes = new byte[tensor.ByteLength];
                tensor.ReadBytes(0, bytes);
                writer.Write(bytes);
            }

            writer.Complete();
        }

        Assert.True(File.ReadAllBytes(path).AsSpan().SequenceEqual(File.ReadAllBytes(folder.File("again.gguf"))));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100_000)]
    public void Pieces_of_any_size_make_the_same_file(int piece)
    {
        using var folder = new TemporaryFolder();
        (GgufTensorInfo Info, byte[] Bytes)[] tensors = [(new("a", F32, [3]), RandomBytes(12)), (new("empty", F32, [0, 4]), []), (new("b", Q8_0, [2, 32]), RandomBytes(68))];
        byte[] expected = File.ReadAllBytes(Write(folder, [Pair("k", 1u)], tensors));
        using (GgufWriter writer = GgufWriter.Create(folder.File("pieces.gguf"), [Pair("k", 1u)], tensors.Select(tensor => tensor.Info)))
        {
            foreach (byte[] part in tensors.SelectMany(tensor => tensor.Bytes).Chunk(piece))
            {
                writer.Write(part);
            }

            writer.Complete();
        }

        Assert.Equal(expected, File.ReadAllBytes(folder.File("pieces.gguf")));
    }

    [Fact]
    public void File_has_its_name_only_when_it_is_complete()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("model.gguf");
        File.WriteAllText(path, "the one before");
        using (GgufWriter writer = GgufWriter.Create(path, [], [new("a", F32, [2])]))
        {
            writer.Write(new byte[7]);
            Assert.Throws<InvalidOperationException>(writer.Complete);
            Assert.Equal("the one before", File.ReadAllText(path));
        }

        Assert.Equal([path], Directory.GetFiles(folder.FullPath));
        using (GgufWriter writer = GgufWriter.Create(path, [], [new("a", F32, [2])]))
        {
            writer.Write(new byte[8]);
            Assert.Throws<InvalidOperationException>(() => writer.Write(new byte[1]));
            writer.Complete();
        }

        Assert.Equal([path], Directory.GetFiles(folder.FullPath));
        using GgufFile file = GgufFile.Open(path);
        Assert.Equal("a", file.Tensors.Single().Name);
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void What_no_reader_would_take_is_refused_before_a_file_is_there(string what, string code, string named, KeyValuePair<string, GgufValue>[] metadata, GgufTensorInfo[] tensors)
    {
        Assert.NotEmpty(what);
        using var folder = new TemporaryFolder();
        var error = Assert.Throws<ModelPackException>(() => GgufWriter.Create(folder.File("model.gguf"), metadata, tensors));
        Assert.Equal(code, error.Code);
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
        Assert.Contains(folder.File("model.gguf"), error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder.FullPath));
    }

    [Fact]
    public void Folder_that_is_missing_is_reported()
    {
        using var folder = new TemporaryFolder();
        var error = Assert.Throws<ModelPackException>(() => GgufWriter.Create(folder.File("absent/model.gguf"), [], []));
        Assert.Equal("MPK1523", error.Code);
    }

    [Fact]
    public void Values_that_are_not_of_their_type_are_refused()
    {
        using var folder = new TemporaryFolder();
        Assert.Throws<ArgumentException>(() => GgufValue.Of(1m));
        Assert.Throws<ArgumentException>(() => GgufValue.Of(new int[1][]));
        Assert.Throws<ArgumentException>(() => GgufWriter.Create(folder.File("model.gguf"), [new("a", new GgufValue(GgufValueType.UInt32, GgufValueType.UInt32, 1))], []));
    }

    private static KeyValuePair<string, GgufValue> Pair(string key, object content) => new(key, GgufValue.Of(content));

    private static string Write(TemporaryFolder folder, IEnumerable<KeyValuePair<string, GgufValue>> metadata, (GgufTensorInfo Info, byte[] Bytes)[] tensors)
    {
        string path = folder.File("written.gguf");
        using GgufWriter writer = GgufWriter.Create(path, metadata, tensors.Select(tensor => tensor.Info));
        Array.ForEach(tensors, tensor => writer.Write(tensor.Bytes));
        writer.Complete();
        return path;
    }

    private static byte[] RandomBytes(int count)
    {
        byte[] bytes = new byte[count];
        new Random(count).NextBytes(bytes);
        return bytes;
    }

    private static void RequireLibraries() => Skip.If(LlamaCppFolder.Find() is null, LlamaCppFolder.Missing);
}
