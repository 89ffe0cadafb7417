using ModelPack.Formats.Safetensors;
using ModelPack.SyntheticCheckpoint;

namespace ModelPack.Tests.Safetensors;

public class SyntheticCheckpointTests
{
    [Fact]
    public void Same_seed_gives_the_same_Gaussian_checkpoint()
    {
        using var first = new TemporaryFolder();
        using var second = new TemporaryFolder();
        LlamaShape shape = LlamaShape.OfSize(10_000_000);
        CheckpointFolder.Write(first.FullPath, shape, seed: 1);
        CheckpointFolder.Write(second.FullPath, shape, seed: 1);
        Assert.Equal(System.IO.File.ReadAllBytes(first.File("model.safetensors")), System.IO.File.ReadAllBytes(second.File("model.safetensors")));

        using SafetensorsCheckpoint checkpoint = SafetensorsCheckpoint.Open(first.FullPath);
        Assert.Equal(shape.Bytes, checkpoint.Tensors.Values.Sum(t => t.ByteLength));
        SafetensorsTensor gate = checkpoint.Tensors["model.layers.0.mlp.gate_proj.weight"];
        float[] values = new float[gate.ElementCount];
        gate.ReadFloat32(0, values);
        Assert.InRange(Math.Sqrt(values.Average(v => (double)v * v)) * Math.Sqrt(shape.Hidden), 0.98, 1.02);
        Assert.InRange(values.Average(), -1e-3, 1e-3);
    }

    [Theory]
    [InlineData(3.0)]
    [InlineData(0.5)]
    public void Size_comes_close_to_what_was_asked_for(double gigabytes) =>
        Assert.InRange(LlamaShape.OfSize((long)(gigabytes * 1e9)).Bytes / 1e9 / gigabytes, 0.97, 1.03);

    [Fact]
    public void Published_shape_has_the_weights_of_the_published_model() =>
        Assert.Equal(1_235_814_400, LlamaShape.Published["llama-3.2-1b"].Bytes / 2);
}
