using System.Text;
using ModelPack.Formats.Gguf;
using ModelPack.Formats.Gguf.Importance;
using ModelPack.LlamaCpp;

namespace ModelPack.Tests.Gguf;

public class ImportanceMatrixTests
{
    private static readonly KeyValuePair<string, GgufValue> ImatrixType = new("general.type", GgufValue.Of("imatrix"));

    public static TheoryData<string, string, string, byte[]> MalformedLists() => new()
    {
        { "empty file", "MPK1504", "number of entries", [] },
        { "no entries", "MPK1530", "0 entries", Int32(0) },
        { "negative number of entries", "MPK1530", "-1 entries", Int32(-1) },
        { "more entries than bytes", "MPK1530", "1000 entries", [.. Int32(1000), .. new byte[100]] },
        { "another file", "MPK1530", "no importance matrix", Encoding.ASCII.GetBytes("{ \"a\": [1, 2, 3], \"b\": 4 }") },
        { "name of no bytes", "MPK1531", "entry 0", [.. Int32(1), .. Int32(0), .. new byte[13]] },
        { "name longer than the file", "MPK1504", "entry 0", [.. Int32(1), .. Int32(1 << 30), .. new byte[13]] },
        { "name not UTF-8", "MPK1507", "entry 0", [.. Int32(1), .. Int32(1), 0xFF, .. new byte[12]] },
        { "no values", "MPK1531", "'a'", [.. Int32(1), .. Int32(1), (byte)'a', .. Int32(2), .. Int32(0), .. new byte[4]] },
        { "more values than bytes", "MPK1504", "'a'", [.. Int32(1), .. Int32(1), (byte)'a', .. Int32(2), .. Int32(int.MaxValue), .. new byte[4]] },
        { "negative calls", "MPK1532", "'a'", [.. Int32(1), .. Int32(1), (byte)'a', .. Int32(-2), .. Int32(1), .. new byte[4]] },
        { "infinite value", "MPK1532", "'a'", [.. Int32(1), .. Entry("a", 1, float.PositiveInfinity)] },
        { "NaN", "MPK1532", "'a'", [.. Int32(1), .. Entry("a", 1, float.NaN)] },
        { "negative value", "MPK1532", "'a'", [.. Int32(1), .. Entry("a", 1, 1, -1)] },
        { "entry twice", "MPK1531", "'a'", [.. Int32(2), .. Entry("a", 1, 1), .. Entry("a", 1, 1)] },
        { "second entry cut off", "MPK1504", "'b'", [.. Int32(2), .. Entry("a", 1, 1), .. Entry("b", 1, 1, 2, 3)[..^1]] },
        { "bytes behind the end", "MPK1531", "1 bytes", [.. Int32(1), .. Entry("a", 1, 1), .. Int32(5), .. Name("text"), 0] },
        { "name of the text cut off", "MPK1504", "text", [.. Int32(1), .. Entry("a", 1, 1), .. Int32(5), .. Name("text")[..^1]] },
    };

    public static TheoryData<string, string, string, KeyValuePair<string, GgufValue>[], GgufTensorInfo[], float> MalformedTensors() => new()
    {
        { "a model", "MPK1530", "general.type", [new("general.type", GgufValue.Of("model"))], [F32("a.in_sum2", 2), F32("a.counts", 1)], 1 },
        { "no type", "MPK1530", "general.type", [], [F32("a.in_sum2", 2), F32("a.counts", 1)], 1 },
        { "type as a number", "MPK1530", "general.type", [new("general.type", GgufValue.Of(1u))], [], 1 },
        { "no entries", "MPK1530", "no entries", [ImatrixType], [F32("a.in_sum", 2)], 1 },
        { "no counts", "MPK1531", "'a'", [ImatrixType], [F32("a.in_sum2", 2)], 1 },
        { "no sums", "MPK1531", "'a'", [ImatrixType], [F32("a.counts", 1)], 1 },
        { "counts that do not divide the sums", "MPK1531", "'a'", [ImatrixType], [F32("a.in_sum2", 5), F32("a.counts", 2)], 1 },
        { "sums in F16", "MPK1531", "'a'", [ImatrixType], [new("a.in_sum2", GgufTensorType.F16, [2]), F32("a.counts", 1)], 1 },
        { "empty sums", "MPK1531", "'a'", [ImatrixType], [F32("a.in_sum2", 0), F32("a.counts", 1)], 1 },
        { "negative sum", "MPK1532", "'a'", [ImatrixType], [F32("a.in_sum2", 2), F32("a.counts", 1)], -1 },
        { "infinite sum", "MPK1532", "'a'", [ImatrixType], [F32("a.in_sum2", 2), F32("a.counts", 1)], float.PositiveInfinity },
    };

    [Fact]
    public void Written_matrix_is_read_back_and_gives_the_same_bytes_again()
    {
        using var folder = new TemporaryFolder();
        ImportanceMatrix matrix = Matrix();
        matrix.Write(folder.File("a.gguf"));
        ImportanceMatrix read = ImportanceMatrix.Read(folder.File("a.gguf"));
        read.Write(folder.File("b.gguf"));
        Assert.Equal(File.ReadAllBytes(folder.File("a.gguf")), File.ReadAllBytes(folder.File("b.gguf")));
        Assert.Equal((matrix.ChunkCount, matrix.ChunkSize), (read.ChunkCount, read.ChunkSize));
        Assert.Equal(matrix.Datasets, read.Datasets);
        Assert.Equal(["blk.0.attn_q.weight", "blk.0.ffn_up_exps.weight", "blk.10.attn_q.weight"], read.Entries.Keys);
        Assert.Equal([0.25f, 2, 0.125f], read.Entries["blk.0.attn_q.weight"].MeanSquares());
    }

    [Fact]
    public void Expert_that_no_token_met_has_ones()
    {
        ImportanceEntry experts = Matrix().Entries["blk.0.ffn_up_exps.weight"];
        Assert.Equal(2, experts.Columns);
        Assert.Equal([3f, 4, 1, 1, 0.5f, 0], experts.MeanSquares());
    }

    [SkippableFact]
    public void Llama_cpp_reads_what_is_written_here()
    {
        Skip.If(LlamaCppFolder.Find() is null, LlamaCppFolder.Missing);
        using var folder = new TemporaryFolder();
        ImportanceMatrix matrix = Matrix();
        matrix.Write(folder.File("a.gguf"));
        AssertSame(matrix, LlamaProcess.Importance(folder.File("a.gguf")));
    }

    [SkippableFact]
    public void Older_files_are_read_as_llama_cpp_reads_them()
    {
        using var folder = new TemporaryFolder();
        byte[] file = [.. Int32(2), .. Entry("blk.0.attn_q.weight", 4, 1, 8, 0.5f), .. Entry("b", 3, 1, 0), .. Int32(7), .. Name("wiki.train.raw")];
        File.WriteAllBytes(folder.File("a.dat"), file);
        ImportanceMatrix matrix = ImportanceMatrix.Read(folder.File("a.dat"));
        Assert.Equal([0.25f, 2, 0.125f], matrix.Entries["blk.0.attn_q.weight"].MeanSquares());
        Assert.Equal(["wiki.train.raw"], matrix.Datasets);
        Assert.Equal(7, matrix.ChunkCount);

        // Still older ones end after the entries.
        File.WriteAllBytes(folder.File("b.dat"), [.. Int32(1), .. Entry("b", 3, 1, 0)]);
        Assert.Equal(0, ImportanceMatrix.Read(folder.File("b.dat")).ChunkCount);
        Skip.If(LlamaCppFolder.Find() is null, LlamaCppFolder.Missing);
        AssertSame(matrix, LlamaProcess.Importance(folder.File("a.dat")));
    }

    [Theory]
    [MemberData(nameof(MalformedLists))]
    public void Malformed_older_file_has_its_own_error(string what, string code, string named, byte[] bytes)
    {
        Assert.NotEmpty(what);
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("a.dat"), bytes);
        AssertRefused(folder.File("a.dat"), code, named);
    }

    [Theory]
    [MemberData(nameof(MalformedTensors))]
    public void Malformed_file_has_its_own_error(string what, string code, string named, KeyValuePair<string, GgufValue>[] metadata, GgufTensorInfo[] tensors, float value)
    {
        Assert.NotEmpty(what);
        using var folder = new TemporaryFolder();
        using (GgufWriter writer = GgufWriter.Create(folder.File("a.gguf"), metadata, tensors))
        {
            foreach (GgufTensorInfo tensor in tensors)
            {
                byte[] element = tensor.Type == GgufTensorType.F32 ? BitConverter.GetBytes(value) : BitConverter.GetBytes((Half)value);
                writer.Write([.. Enumerable.Range(0, (int)tensor.ByteLength / element.Length).SelectMany(_ => element)]);
            }

            writer.Complete();
        }

        AssertRefused(folder.File("a.gguf"), code, named);
    }

    [Fact]
    public void Missing_file_and_folder_are_reported()
    {
        using var folder = new TemporaryFolder();
        AssertRefused(folder.File("absent"), "MPK1500", "absent");
        AssertRefused(folder.FullPath, "MPK1501", folder.FullPath);
    }

    [Fact]
    public void Numbers_that_cannot_be_are_not_written()
    {
        using var folder = new TemporaryFolder();
        var matrix = new ImportanceMatrix { Entries = new Dictionary<string, ImportanceEntry> { ["a"] = new([float.NaN], [1]) } };
        Assert.Equal("MPK1532", Assert.Throws<ModelPackException>(() => matrix.Write(folder.File("a.gguf"))).Code);
        Assert.Empty(Directory.GetFiles(folder.FullPath));
        Assert.Throws<ArgumentException>(() => new ImportanceEntry([1, 2, 3], [1, 2]));
    }

    private static ImportanceMatrix Matrix() => new()
    {
        Entries = new Dictionary<string, ImportanceEntry>
        {
            ["blk.10.attn_q.weight"] = new([1, 2, 3, 4], [512]),
            ["blk.0.attn_q.weight"] = new([1, 8, 0.5f], [4]),
            ["blk.0.ffn_up_exps.weight"] = new([6, 8, 5, 5, 2, 0], [2, 0, 4]),
        },
        Datasets = ["stories.txt", "größe"],
        ChunkCount = 3,
        ChunkSize = 512,
    };

    private static void AssertSame(ImportanceMatrix expected, IReadOnlyDictionary<string, (float[] Sums, float[] Counts)> actual)
    {
        Assert.Equal(expected.Entries.Keys.Order(StringComparer.Ordinal), actual.Keys.Order(StringComparer.Ordinal));
        Assert.All(expected.Entries, pair => Assert.Equal(pair.Value.SquareSums.ToArray(), actual[pair.Key].Sums));
        Assert.All(expected.Entries, pair => Assert.Equal(pair.Value.Counts.ToArray(), actual[pair.Key].Counts));
    }

    private static void AssertRefused(string path, string code, string named)
    {
        var error = Assert.Throws<ModelPackException>(() => ImportanceMatrix.Read(path));
        Assert.Equal(code, error.Code);
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
    }

    private static GgufTensorInfo F32(string name, long count) => new(name, GgufTensorType.F32, [count]);

    private static byte[] Int32(int value) => BitConverter.GetBytes(value);

    private static byte[] Name(string name) => [.. Int32(Encoding.UTF8.GetByteCount(name)), .. Encoding.UTF8.GetBytes(name)];

    private static byte[] Entry(string name, int calls, params float[] values) =>
        [.. Name(name), .. Int32(calls), .. Int32(values.Length), .. values.SelectMany(BitConverter.GetBytes)];
}
