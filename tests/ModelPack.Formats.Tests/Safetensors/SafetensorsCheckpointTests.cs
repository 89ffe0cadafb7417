using System.Diagnostics;
using ModelPack.Formats.Numerics;
using ModelPack.Formats.Safetensors;

namespace ModelPack.Tests.Safetensors;

public class SafetensorsCheckpointTests
{
    [Fact]
    public void Every_type_survives_the_writer_and_the_reader()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("modèle 1.safetensors");
        var tensors = Enum.GetValues<ElementType>().Select(type => ($"tensor of {type} \"é\"", type, (IReadOnlyList<long>)[3L, 7L])).ToList();
        byte[] bytes = new byte[3 * 7 * 8];
        new Random(3).NextBytes(bytes);
        using (SafetensorsWriter writer = SafetensorsWriter.Create(path, tensors, new Dictionary<string, string> { ["format"] = "pt" }))
        {
            foreach ((_, ElementType type, _) in tensors)
            {
                int length = 21 * type.SizeInBytes();
                writer.Write(bytes.AsSpan(0, 5));
                writer.Write(bytes.AsSpan(5, length - 5));
            }

            writer.Complete();
        }

        using SafetensorsCheckpoint checkpoint = SafetensorsCheckpoint.Open(path);
        Assert.Equal("pt", checkpoint.Metadata["format"]);
        Assert.Equal(tensors.Select(t => t.Item1), checkpoint.Tensors.Keys);
        foreach ((string name, ElementType type, _) in tensors)
        {
            SafetensorsTensor tensor = checkpoint.Tensors[name];
            Assert.Equal((type, 21L, 21L * type.SizeInBytes()), (tensor.Type, tensor.ElementCount, tensor.ByteLength));
            Assert.Equal([3L, 7L], tensor.Shape);
            byte[] read = new byte[tensor.ByteLength - 1];
            tensor.ReadBytes(1, read);
            Assert.Equal(bytes[1..(int)tensor.ByteLength], read);
            float[] expected = new float[20];
            Widening.ToFloat32Scalar(type, bytes.AsSpan(type.SizeInBytes(), 20 * type.SizeInBytes()), expected);
            float[] floats = new float[20];
            tensor.ReadFloat32(1, floats);
            Assert.Equal(expected, floats);
        }
    }

    [Fact]
    public void Scalars_and_empty_tensors_are_read()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("model.safetensors");
        using (SafetensorsWriter writer = SafetensorsWriter.Create(path, [("none", ElementType.Float32, [0, 5]), ("one", ElementType.Float32, [])]))
        {
            writer.Write(BitConverter.GetBytes(2.5f));
            writer.Complete();
        }

        using SafetensorsCheckpoint checkpoint = SafetensorsCheckpoint.Open(folder.FullPath);
        Assert.Equal(0, checkpoint.Tensors["none"].ElementCount);
        float[] value = new float[1];
        checkpoint.Tensors["one"].ReadFloat32(0, value);
        Assert.Equal(2.5f, value[0]);
        checkpoint.Tensors["none"].ReadFloat32(0, []);
        checkpoint.Tensors["none"].Release(0, 0);
    }

    [Fact]
    public void Reads_outside_the_tensor_are_refused()
    {
        using var folder = new TemporaryFolder();
        System.IO.File.WriteAllBytes(folder.File("model.safetensors"), SafetensorsBytes.File($"{{{SafetensorsBytes.Entry("a")}}}", 4));
        using SafetensorsCheckpoint checkpoint = SafetensorsCheckpoint.Open(folder.FullPath);
        SafetensorsTensor tensor = checkpoint.Tensors["a"];
        Assert.Throws<ArgumentOutOfRangeException>(() => tensor.ReadFloat32(1, new float[4]));
        Assert.Throws<ArgumentOutOfRangeException>(() => tensor.ReadFloat32(-1, new float[1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => tensor.ReadBytes(long.MaxValue, new byte[4]));
        Assert.Throws<ArgumentOutOfRangeException>(() => tensor.Release(2, 3));
    }

    [Fact]
    public void Closed_checkpoint_throws_instead_of_reading_unmapped_memory()
    {
        using var folder = new TemporaryFolder();
        System.IO.File.WriteAllBytes(folder.File("model.safetensors"), SafetensorsBytes.File($"{{{SafetensorsBytes.Entry("a")}}}", 4));
        SafetensorsCheckpoint checkpoint = SafetensorsCheckpoint.Open(folder.FullPath);
        checkpoint.Dispose();
        Assert.Throws<ObjectDisposedException>(() => checkpoint.Tensors["a"].ReadFloat32(0, new float[4]));
        Assert.Throws<ObjectDisposedException>(() => checkpoint.Tensors["a"].Release(0, 4));
    }

    [Fact]
    public void File_that_shrinks_while_open_is_an_error_and_no_crash()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("model.safetensors");
        System.IO.File.WriteAllBytes(path, SafetensorsBytes.File($"{{{SafetensorsBytes.Entry("a", shape: "[100000]", offsets: "[0,100000]")}}}", 100000));
        using SafetensorsCheckpoint checkpoint = SafetensorsCheckpoint.Open(path);
        Shorten(path);
        var error = Assert.Throws<ModelPackException>(() => checkpoint.Tensors["a"].ReadFloat32(50000, new float[100]));
        Assert.Equal("MPK1030", error.Code);
        Assert.Contains("'a'", error.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Released_pages_leave_resident_memory_and_can_be_read_again()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "resident file pages are read from /proc");
        const int Elements = 16 << 20;
        using var folder = new TemporaryFolder();
        using (SafetensorsWriter writer = SafetensorsWriter.Create(folder.File("model.safetensors"), [("w", ElementType.UInt8, [Elements])]))
        {
            byte[] piece = new byte[1 << 20];
            for (int i = 0; i < 16; i++)
            {
                piece.AsSpan().Fill((byte)i);
                writer.Write(piece);
            }

            writer.Complete();
        }

        using SafetensorsCheckpoint checkpoint = SafetensorsCheckpoint.Open(folder.FullPath);
        SafetensorsTensor tensor = checkpoint.Tensors["w"];
        float[] block = new float[1 << 20];
        long before = ResidentFileBytes();
        for (int i = 0; i < 16; i++)
        {
            tensor.ReadFloat32((long)i << 20, block);
            Assert.Equal(i, block[^1]);
        }

        Assert.True(ResidentFileBytes() - before > 12 << 20, "the mapping was expected to be resident before it is released");
        tensor.Release(0, Elements);
        Assert.InRange(ResidentFileBytes() - before, long.MinValue, 4 << 20);
        tensor.ReadFloat32(5 << 20, block);
        Assert.Equal(5, block[0]);
    }

    [Fact]
    public void Writer_refuses_too_many_and_too_few_bytes()
    {
        using var folder = new TemporaryFolder();
        using SafetensorsWriter writer = SafetensorsWriter.Create(folder.File("model.safetensors"), [("w", ElementType.Float32, [1])]);
        Assert.Throws<InvalidOperationException>(() => writer.Write(new byte[5]));
        writer.Write(new byte[3]);
        Assert.Throws<InvalidOperationException>(writer.Complete);
    }

    [Fact]
    public void Writer_names_the_file_it_cannot_create()
    {
        using var folder = new TemporaryFolder();
        var error = Assert.Throws<ModelPackException>(() => SafetensorsWriter.Create(folder.File("absent/model.safetensors"), []));
        Assert.Equal("MPK1031", error.Code);
    }

    [SkippableTheory]
    [InlineData("tinytales")]
    [InlineData("stories260K")]
    [InlineData("babyllama-tok105")]
    [InlineData("paraphrase-minilm-l3-v2")]
    public void Real_checkpoint_is_read(string model)
    {
        string folder = SharedFolder.Require("models/" + model);
        using SafetensorsCheckpoint checkpoint = SafetensorsCheckpoint.Open(folder);
        Assert.NotEmpty(checkpoint.Tensors);
        Assert.Equal(checkpoint.Files.Sum(f => new FileInfo(f).Length), checkpoint.Tensors.Values.Sum(t => t.ByteLength) + checkpoint.Tensors.Values.GroupBy(t => t.File).Sum(g => g.Min(t => t.ByteOffset)));
        foreach (SafetensorsTensor tensor in checkpoint.Tensors.Values)
        {
            float[] values = new float[tensor.ElementCount];
            tensor.ReadFloat32(0, values);
            Assert.All(values.Where((_, i) => i % 97 == 0), v => Assert.True(float.IsFinite(v)));
        }
    }

    // Not through FileStream: its share mode is only a lock between .NET programs.
    private static void Shorten(string path)
    {
        Skip.IfNot(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "mapped files cannot be shortened on Windows");
        using Process process = Process.Start(new ProcessStartInfo("truncate", ["-s", "200", path]))!;
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    private static long ResidentFileBytes() => long.Parse(
        System.IO.File.ReadLines("/proc/self/status").First(l => l.StartsWith("RssFile:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) * 1024;
}
