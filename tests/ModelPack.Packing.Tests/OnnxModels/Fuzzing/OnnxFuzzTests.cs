namespace ModelPack.Tests.OnnxModels.Fuzzing;

public sealed class OnnxFuzzTests
{
    // The long run is the benchmark fuzz-onnx.
    [Fact]
    public void Damaged_files_are_packed_or_refused_without_crash_hang_or_large_allocation()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("modelpack-fuzz-");
        try
        {
            OnnxFuzzReport report = OnnxFuzz.Run(FuzzModels.All, 150, TimeSpan.FromMinutes(1), seed: 1, folder.FullName);

            Assert.True(report.Failures.Count == 0, string.Join("\n", report.Failures));
            Assert.Equal(150, report.Tried);
            Assert.InRange(report.Packed, 10, 140);
            Assert.True(report.Refused.Count >= 5, string.Join(", ", report.Refused));
        }
        finally
        {
            foreach (string file in Directory.EnumerateFiles(folder.FullName, "*", SearchOption.AllDirectories))
            {
                File.SetAttributes(file, FileAttributes.Normal);
            }

            folder.Delete(recursive: true);
        }
    }
}
