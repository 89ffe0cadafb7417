using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using ModelPack.Formats.Safetensors;
using ModelPack.Packing.Architectures;
using ModelPack.Quantization;
using ModelPack.Tests;

namespace ModelPack.Packing.Tests.Architectures;

/// <summary>Folders with our graph and our genai_config.json, opened in ONNX Runtime GenAI itself.</summary>
public class GenAiTests
{
    [SkippableTheory]
    [InlineData("llama")]
    [InlineData("mistral")]
    [InlineData("ministral")]
    [InlineData("qwen2-sliding")]
    [InlineData("qwen3")]
    [InlineData("llama-dynamic-ntk")]
    public void A_golden_case_generates_the_reference_tokens(string name)
    {
        using GoldenCase golden = GoldenCase.Open(name);
        DecoderArchitecture architecture = golden.Architecture();
        using DecoderFolder folder = Write(golden.Checkpoint, architecture);
        (int[] ids, float[] logits) = GenAiProbe.Generate(folder.FullPath, golden.Ids("input_ids"), 14);
        long[] greedy = golden.Ids("greedy");
        int beforeEnd = greedy.TakeWhile(id => !architecture.EosTokenIds.Contains((int)id)).Count();
        Assert.Equal(greedy[..beforeEnd], ids[..Math.Min(beforeEnd, ids.Length)].Select(id => (long)id));
        float[] expected = [.. golden.Floats("logits"), .. golden.Floats("greedy_logits").Skip(architecture.VocabularySize)];
        Close.Assert(expected.AsSpan(0, logits.Length), logits, golden.Tolerance);
    }

    /// <summary>Sums of groups, padded inputs and 4-bit floats are nodes like any other to GenAI; widths of 64 and 96 are partly padding in groups of 128.</summary>
    [SkippableTheory]
    [InlineData("llama", 4, 32, CodeGrid.Offsets)]
    [InlineData("qwen3", 2, 128, CodeGrid.Offsets)]
    [InlineData("llama", 4, 64, CodeGrid.NormalFloat4)]
    [InlineData("qwen3", 4, 128, CodeGrid.Float4)]
    public void Every_grid_computes_in_GenAI_what_it_computes_here(string name, int bits, int groupSize, CodeGrid grid)
    {
        using GoldenCase golden = GoldenCase.Open(name);
        DecoderArchitecture architecture = golden.Architecture();
        var scheme = new WeightStorage.Quantized(new QuantizationScheme(bits, groupSize, grid));
        using DecoderFolder folder = Write(golden.Checkpoint, architecture, weight => weight.IsMatrix && weight.Layer is not null ? scheme : WeightStorage.Lossless(weight.SourceType));
        long[] prompt = golden.Ids("input_ids");
        (int[] ids, float[] logits) = GenAiProbe.Generate(folder.FullPath, prompt, 4);
        using var runner = new DecoderRunner(folder.Model, architecture, sharedLength: 64);
        Close.Assert(runner.Run(prompt), logits.AsSpan(0, prompt.Length * architecture.VocabularySize), 1e-4f);
        Close.Assert(runner.Run([ids[0]], past: prompt.Length), logits.AsSpan(prompt.Length * architecture.VocabularySize, architecture.VocabularySize), 1e-4f);
    }

    [SkippableTheory]
    [InlineData("list")]
    [InlineData("plain")]
    public void TinyTales_tells_the_reference_story(string prompt)
    {
        string model = SharedFolder.Require("models/tinytales");
        using SafetensorsCheckpoint checkpoint = SafetensorsCheckpoint.Open(model);
        using SafetensorsCheckpoint expected = SafetensorsCheckpoint.Open(SharedFolder.Require("goldens/tinytales/expected.safetensors"));
        DecoderArchitecture architecture = DecoderArchitecture.Read(Path.Combine(model, "config.json"), checkpoint.Tensors);
        using DecoderFolder folder = Write(checkpoint, architecture);
        (int[] ids, float[] logits) = GenAiProbe.Generate(folder.FullPath, Ids(expected, $"{prompt}.input_ids"), 64);
        Assert.Equal(Ids(expected, $"{prompt}.greedy_ids"), ids.Select(id => (long)id));
        var reference = new float[expected.Tensors[$"{prompt}.logits"].ElementCount];
        expected.Tensors[$"{prompt}.logits"].ReadFloat32(0, reference);
        Close.Assert(reference, logits, 2e-4f);
    }

    /// <summary>Heads of 8, which GroupQueryAttention does not rotate itself.</summary>
    [SkippableFact]
    public void Stories260K_computes_the_logits_that_llama_cpp_computes()
    {
        string model = SharedFolder.Require("models/stories260K");
        JsonNode runs = JsonNode.Parse(File.ReadAllText(SharedFolder.Require("models/gguf-reference/llama_cpp_logits.json")))!["stories260K-F32.gguf"]!;
        using SafetensorsCheckpoint checkpoint = SafetensorsCheckpoint.Open(model);
        DecoderArchitecture architecture = DecoderArchitecture.Read(Path.Combine(model, "config.json"), checkpoint.Tensors);
        using DecoderFolder folder = Write(checkpoint, architecture);
        foreach (JsonNode? run in runs.AsArray())
        {
            long[] prompt = [.. run!["ids"]!.AsArray().Select(id => (long)id!)];
            (int[] ids, float[] logits) = GenAiProbe.Generate(folder.FullPath, prompt, 8);
            Assert.Equal((int)run["argmax"]!, ids[0]);
            float[] last = [.. run["last_logits"]!.AsArray().Select(v => (float)v!)];

            // llama.cpp keeps its KV cache in float16, which moves its logits by up to 0.008.
            Close.Assert(last, logits.AsSpan((prompt.Length - 1) * last.Length, last.Length), 0.01f);

            using var runner = new DecoderRunner(folder.Model, architecture, sharedLength: 64);
            Close.Assert(runner.Run(prompt), logits.AsSpan(0, prompt.Length * last.Length), 1e-4f);
        }
    }

    private static DecoderFolder Write(SafetensorsCheckpoint checkpoint, DecoderArchitecture architecture, Func<DecoderWeight, WeightStorage>? storage = null)
    {
        DecoderFolder folder = DecoderFolder.Write(checkpoint, architecture, new DecoderGraphOptions { AccuracyLevel = 0 }, storage);
        File.WriteAllText(Path.Combine(folder.FullPath, "genai_config.json"), GenAiConfig.Write(architecture));
        return folder;
    }

    private static long[] Ids(SafetensorsCheckpoint checkpoint, string name)
    {
        var ids = new long[checkpoint.Tensors[name].ElementCount];
        checkpoint.Tensors[name].ReadBytes(0, MemoryMarshal.AsBytes(ids.AsSpan()));
        return ids;
    }
}
