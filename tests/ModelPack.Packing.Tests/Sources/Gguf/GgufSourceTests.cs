using Google.Protobuf;
using ModelPack.Formats.Gguf;
using ModelPack.Packing.Architectures;
using ModelPack.Packing.Sources;
using ModelPack.Packing.Sources.Gguf;
using ModelPack.Runtime.Tokenization;
using ModelPack.Tests;

namespace ModelPack.Packing.Tests.Sources.Gguf;

/// <summary>GGUF files as sources against the published folders of the same models.</summary>
public sealed class GgufSourceTests
{
    [SkippableTheory]
    [InlineData("smollm2-135m-instruct/SmolLM2-135M-Instruct.Q4_1.gguf", "smollm2-135m-instruct")]
    [InlineData("gguf-reference/stories260K-Q8_0.gguf", "stories260K")]
    [InlineData("gguf-reference/babyllama-tok105-Q4_1.gguf", "babyllama-tok105")]
    public void The_rebuilt_configuration_describes_the_published_model(string file, string published)
    {
        using ModelSource source = ModelSource.Open(SharedFolder.Require($"models/{file}"));
        DecoderArchitecture actual = source.Architecture;
        Dictionary<string, TensorShape> shapes = actual.Weights.ToDictionary(
            weight => weight.Tensor, weight => new TensorShape(weight.SourceType, weight.IsMatrix ? [weight.Rows, weight.Columns] : [weight.Columns]));
        DecoderArchitecture expected = DecoderArchitecture.Read(Path.Combine(SharedFolder.Require($"models/{published}"), "config.json"), shapes);

        Assert.Equal(Describe(expected), Describe(actual));
        Assert.Equal(expected.EosTokenIds, actual.EosTokenIds);
        Assert.Equal(Graph(expected), Graph(actual));
        Assert.Equal("gguf", source.Kind);
        Assert.Equal(Path.GetFileNameWithoutExtension(file), source.Name);
    }

    [SkippableTheory]
    [InlineData("stories260K-F32.gguf", "stories260K", 0)]
    [InlineData("stories260K-F16.gguf", "stories260K", 1e-3)]
    [InlineData("stories260K-BF16.gguf", "stories260K", 5e-3)]
    [InlineData("stories260K-Q8_0.gguf", "stories260K", 2e-2)]
    [InlineData("babyllama-tok105-Q8_0.gguf", "babyllama-tok105", 2e-2)]
    public void Weights_are_those_of_the_checkpoint_in_its_order(string file, string published, double error)
    {
        using ModelSource source = ModelSource.Open(SharedFolder.Require($"models/gguf-reference/{file}"));
        using HuggingFaceSource checkpoint = HuggingFaceSource.Open(SharedFolder.Require($"models/{published}"));
        Assert.Equal(checkpoint.Architecture.Weights.Select(weight => weight.Name), source.Architecture.Weights.Select(weight => weight.Name));
        foreach ((DecoderWeight weight, DecoderWeight original) in source.Architecture.Weights.Zip(checkpoint.Architecture.Weights))
        {
            var actual = new float[weight.ElementCount];
            var expected = new float[original.ElementCount];
            int half = weight.Rows / 2;
            source.Rows(weight).Read(half, weight.Rows - half, actual.AsSpan(half * weight.Columns));
            source.Rows(weight).Read(0, half, actual);
            checkpoint.Rows(original).Read(0, original.Rows, expected);
            double difference = 0, norm = 0;
            for (int i = 0; i < actual.Length; i++)
            {
                difference += Math.Pow(actual[i] - expected[i], 2);
                norm += Math.Pow(expected[i], 2);
            }

            Assert.True(Math.Sqrt(difference / norm) <= error, $"{weight.Name}: {Math.Sqrt(difference / norm)}");
        }
    }

    [SkippableFact]
    public void Chat_template_and_end_of_answer_come_from_the_metadata()
    {
        using ModelSource source = ModelSource.Open(SharedFolder.Require("models/smollm2-135m-instruct/SmolLM2-135M-Instruct.Q4_1.gguf"));
        using System.Text.Json.JsonDocument rebuilt = System.Text.Json.JsonDocument.Parse(File.ReadAllBytes(Path.Combine(source.Folder, "tokenizer_config.json")));
        using System.Text.Json.JsonDocument published = System.Text.Json.JsonDocument.Parse(
            File.ReadAllBytes(Path.Combine(SharedFolder.Require("models/smollm2-135m-instruct"), "tokenizer_config.json")));
        foreach (string field in new[] { "chat_template", "bos_token", "eos_token", "pad_token", "unk_token" })
        {
            Assert.Equal(published.RootElement.GetProperty(field).GetString(), rebuilt.RootElement.GetProperty(field).GetString());
        }
    }

    [SkippableFact]
    public void The_rebuilt_files_are_the_same_every_time_and_go_with_the_source()
    {
        string file = SharedFolder.Require("models/gguf-reference/stories260K-Q4_0.gguf");
        ModelSource first = ModelSource.Open(file);
        using ModelSource second = ModelSource.Open(file);
        Assert.NotEqual(first.Folder, second.Folder);
        Assert.Equal(RebuiltFolder.Files, first.CopiedFiles);
        foreach (string name in first.CopiedFiles)
        {
            Assert.Equal(File.ReadAllBytes(Path.Combine(first.Folder, name)), File.ReadAllBytes(Path.Combine(second.Folder, name)));
        }

        first.Dispose();
        Assert.False(Directory.Exists(first.Folder));
        Assert.Equal(512, Tokenizer.Load(second.Folder).VocabularySize);
    }

    [SkippableFact]
    public void Shards_are_one_model_whichever_is_given()
    {
        string whole = SharedFolder.Require("models/gguf-reference/stories260K-Q4_0.gguf");
        string folder = Directory.CreateTempSubdirectory("modelpack-shards-").FullName;
        try
        {
            string[] shards = WriteShards(whole, folder, 2);
            using ModelSource expected = ModelSource.Open(whole);
            using ModelSource actual = ModelSource.Open(shards[1]);
            Assert.Equal("story", actual.Name);
            Assert.Equal(shards, actual.Inputs);
            foreach ((DecoderWeight weight, DecoderWeight other) in expected.Architecture.Weights.Zip(actual.Architecture.Weights))
            {
                float[] values = new float[weight.ElementCount], others = new float[other.ElementCount];
                expected.Rows(weight).Read(0, weight.Rows, values);
                actual.Rows(other).Read(0, other.Rows, others);
                Assert.Equal(values, others);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [SkippableFact]
    public void A_file_without_weights_is_refused_by_name()
    {
        string file = SharedFolder.Require("models/gguf-vocab/ggml-vocab-llama-spm.gguf");
        ModelPackException error = Assert.Throws<ModelPackException>(() => ModelSource.Open(file));
        Assert.Equal("MPK1426", error.Code);
        Assert.Contains(file, error.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Another_architecture_is_refused_by_name()
    {
        ModelPackException error = Assert.Throws<ModelPackException>(() => ModelSource.Open(SharedFolder.Require("models/gguf-vocab/ggml-vocab-bert-bge.gguf")));
        Assert.Equal("MPK1422", error.Code);
        Assert.Contains("'bert'", error.Message, StringComparison.Ordinal);
    }

    private static string Describe(DecoderArchitecture model) => string.Join(
        ' ', model.ModelType, model.Layers, model.HiddenSize, model.IntermediateSize, model.Heads, model.KvHeads, model.HeadSize, model.VocabularySize, model.ContextLength, model.Tied, model.BosTokenId, model.PadTokenId);

    private static string Graph(DecoderArchitecture model) => JsonFormatter.Default.Format(
        DecoderGraph.Build(model, new DecoderGraphOptions(), weight => new WeightStorage.Float32()).Model);


    private static string[] WriteShards(string whole, string folder, int count)
    {
        using GgufFile file = GgufFile.Open(whole);
        string[] paths = [.. Enumerable.Range(0, count).Select(i => Path.Combine(folder, $"story-{i + 1:D5}-of-{count:D5}.gguf"))];
        GgufTensor[][] parts = [.. file.Tensors.Chunk((file.Tensors.Count + count - 1) / count)];
        for (int i = 0; i < count; i++)
        {
            var metadata = new Dictionary<string, GgufValue>
            {
                ["split.no"] = GgufValue.Of((ushort)i), ["split.count"] = GgufValue.Of((ushort)count), ["split.tensors.count"] = GgufValue.Of(file.Tensors.Count),
            };
            using GgufWriter writer = GgufWriter.Create(paths[i], i == 0 ? [.. file.Metadata, .. metadata] : metadata, parts[i].Select(tensor => new GgufTensorInfo(tensor.Name, tensor.Type, tensor.Shape)));
            foreach (GgufTensor tensor in parts[i])
            {
                var bytes = new byte[tensor.ByteLength];
                tensor.ReadBytes(0, bytes);
                writer.Write(bytes);
            }

            writer.Complete();
        }

        return paths;
    }
}
