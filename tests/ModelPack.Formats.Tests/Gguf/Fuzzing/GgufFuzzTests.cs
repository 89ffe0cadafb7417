using ModelPack.Formats.Gguf;

namespace ModelPack.Tests.Gguf.Fuzzing;

public class GgufFuzzTests
{
    // The long run is the benchmark fuzz-gguf.
    [SkippableFact]
    public void Damaged_headers_of_real_files_are_refused_or_read_without_crash_hang_or_large_allocation()
    {
        FuzzSeed[] seeds =
        [
            FuzzSeed.Read(SharedFolder.Require("models/gguf-reference/stories260K-Q5_1.gguf")),
            FuzzSeed.Read(SharedFolder.Require("models/gguf-reference/babyllama-tok105-Q4_0.gguf")),
        ];
        using var folder = new TemporaryFolder();
        FuzzReport report = GgufFuzz.Run(seeds, 2000, 1, folder.FullPath);
        Assert.Empty(report.Failures);
        Assert.InRange(report.Accepted, 100, 1900);
        Assert.True(report.Opened > 0);
        Assert.True(report.Refused.Count >= 12, string.Join(", ", report.Refused));
    }

    // The most that is made of the fewest bytes: values, texts and tensors without content.
    [Fact]
    public void Headers_of_tiny_parts_take_a_bounded_number_of_bytes_for_each_of_theirs()
    {
        const int Count = 20_000;
        const int MostForTinyParts = 16;
        GgufBytes pairs = new(0, Count);
        GgufBytes tensors = new(Count, 0);
        for (int i = 0; i < Count; i++)
        {
            pairs.Pair($"{i:x}", GgufValueType.UInt8, 1);
            tensors.Tensor($"{i:x}", GgufTensorType.F32, 0, 0);
        }

        GgufBytes[] files = [pairs, tensors, new GgufBytes(0, 1).ArrayPair("a", GgufValueType.Text, Count, [.. Enumerable.Range(0, Count).SelectMany(_ => GgufBytes.TextValue("a"))])];
        foreach (byte[] bytes in files.Select(file => file.ToArray()))
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            GgufHeaderReader.Parse("tiny.gguf", bytes, bytes.Length + 1000);
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.InRange(allocated / (double)bytes.Length, 0, MostForTinyParts);
        }
    }
}
