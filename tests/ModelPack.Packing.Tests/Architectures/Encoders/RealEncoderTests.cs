using System.Numerics.Tensors;
using System.Text.Json;
using ModelPack.Formats.Safetensors;
using ModelPack.Packing.Architectures.Encoders;
using ModelPack.Runtime.Tokenization;
using ModelPack.Tests;

namespace ModelPack.Packing.Tests.Architectures.Encoders;

/// <summary>A published sentence encoder, its own texts and the reference's embeddings of them.</summary>
public sealed class RealEncoderTests : IDisposable
{
    private const string Model = "models/paraphrase-minilm-l3-v2";
    private readonly string _work = Directory.CreateTempSubdirectory("modelpack-").FullName;

    public void Dispose() => Directory.Delete(_work, recursive: true);

    [SkippableFact]
    public void Its_float_graph_gives_the_reference_embeddings_of_every_text()
    {
        string folder = SharedFolder.Require(Model);
        using JsonDocument expected = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "expected.json")));
        string[] texts = [.. expected.RootElement.GetProperty("sentences").EnumerateArray().Select(text => text.GetString()!)];
        using SafetensorsCheckpoint reference = SafetensorsCheckpoint.Open(Path.Combine(folder, "expected.safetensors"));
        SafetensorsTensor embeddings = reference.Tensors["embeddings"];
        int width = (int)embeddings.Shape[1];
        using EncoderFolder encoder = EncoderFolder.Open(folder);
        Assert.False(encoder.Description!.Normalized);
        Assert.Equal(128, encoder.Description.SequenceLength);
        using var run = new EncoderRun(encoder.Write(_work, encoder.Graph()));
        Tokenizer tokenizer = Tokenizer.Load(folder);
        for (int i = 0; i < texts.Length; i++)
        {
            TokenizedText tokens = tokenizer.Tokenize(texts[i]);
            long[] ids = [.. tokens.Ids.Select(id => (long)id)];
            Assert.Equal(128, ids.Length);
            float[] found = run.Run(ids, [.. tokens.AttentionMask.Select(one => (long)one)], null, 1)["sentence_embedding"];
            var row = new float[width];
            embeddings.ReadFloat32((long)i * width, row);
            Assert.InRange(TensorPrimitives.CosineSimilarity<float>(row, found), 0.99999f, 1.00001f);
            Close.Assert(row, found, 2e-5f);
        }
    }
}
