using Microsoft.ML.OnnxRuntime;
using ModelPack.Packing.Adapters;
using ModelPack.Packing.Architectures;
using ModelPack.Packing.Tests.Architectures;
using ModelPack.Packing.Tests.Road;
using ModelPack.Quantization;

namespace ModelPack.Packing.Tests.Adapters;

/// <summary>Adapters beside a graph, switched on by ONNX Runtime itself.</summary>
public class SeparateAdapterTests
{
    public static TheoryData<string> Adapters => LoraCase.Adapters;

    [SkippableTheory]
    [MemberData(nameof(Adapters))]
    public void A_graph_with_an_adapter_switched_on_equals_the_reference(string adapter)
    {
        using var lora = new LoraCase();
        using AdaptedModel model = lora.Open(["adapter", "adapter-rslora", "adapter-partial"], "AdapterMode", "separate");
        using DecoderFolder folder = Write(lora, model, weight => WeightStorage.Lossless(weight.SourceType));
        using OrtLoraAdapter loaded = Load(folder, model, adapter);
        using var runner = new DecoderRunner(folder.Model, model.Source.Architecture);
        runner.Activate(loaded);

        Close.Assert(lora.Golden.Floats($"{adapter}.applied_logits"), runner.Run(lora.Golden.Ids("input_ids")), lora.Golden.Tolerance);
    }

    [SkippableFact]
    public void A_graph_without_an_adapter_is_its_base_to_the_bit()
    {
        using var lora = new LoraCase();
        using AdaptedModel model = lora.Open(["adapter"], "AdapterMode", "separate");
        using DecoderFolder with = Write(lora, model, weight => WeightStorage.Lossless(weight.SourceType));
        using DecoderFolder without = DecoderFolder.Write(lora.Golden.Checkpoint, model.Source.Architecture, new DecoderGraphOptions());
        using var runner = new DecoderRunner(with.Model, model.Source.Architecture);
        using var plain = new DecoderRunner(without.Model, model.Source.Architecture);

        Assert.Equal(plain.Run(lora.Golden.Ids("input_ids")), runner.Run(lora.Golden.Ids("input_ids")));
    }

    [SkippableTheory]
    [MemberData(nameof(Adapters))]
    public void An_int4_base_with_an_adapter_equals_floats_of_its_codes_with_the_adapter_merged(string adapter)
    {
        using var lora = new LoraCase();
        using AdaptedModel model = lora.Open(["adapter", "adapter-rslora", "adapter-partial"], "AdapterMode", "separate");
        WeightStorage.Quantized scheme = new(new QuantizationScheme(4, 32, CodeGrid.ZeroPoints));
        using DecoderFolder folder = Write(lora, model, weight => weight.IsMatrix ? scheme : new WeightStorage.Float32());
        using OrtLoraAdapter loaded = Load(folder, model, adapter);
        using var runner = new DecoderRunner(folder.Model, model.Source.Architecture);
        runner.Activate(loaded);
        BoundAdapter bound = model.Adapters.Single(each => each.Name == adapter);
        using DecoderFolder merged = DecoderFolder.Write(
            weight => Merged(bound, weight, folder), model.Source.Architecture, new DecoderGraphOptions(), _ => new WeightStorage.Float32());
        using var reference = new DecoderRunner(merged.Model, model.Source.Architecture);
        long[] ids = lora.Golden.Ids("input_ids");

        Close.Assert(reference.Run(ids), runner.Run(ids), 1e-3f);
    }

    [SkippableFact]
    public async Task A_packed_folder_holds_a_file_for_each_adapter_and_GenAI_switches_them()
    {
        using var lora = new LoraCase();
        using var store = new TemporaryStore();
        PackResult packed = await Packer.PackAsync(new PackRequest(
            lora.Base, lora.Recipe(["adapter", "adapter-rslora"], "AdapterMode", "separate", "Bits", "16", "HeadBits", "16", "EmbeddingBits", "16"), store.Store));
        string copy = Directory.CreateTempSubdirectory("modelpack-").FullName;
        foreach (string file in Directory.EnumerateFiles(packed.Folder))
        {
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        }

        long[] prompt = lora.Golden.Ids("input_ids");
        float[] plain = Architectures.GenAiProbe.Generate(copy, prompt, 2).Logits;
        float[] first = Architectures.GenAiProbe.Generate(copy, prompt, 2, "adapter").Logits;
        float[] second = Architectures.GenAiProbe.Generate(copy, prompt, 2, "adapter-rslora").Logits;
        Directory.Delete(copy, recursive: true);

        Assert.Equal(["adapter", "adapter-rslora"], packed.Manifest.Adapters!.Select(adapter => adapter.Name));
        Assert.All(packed.Manifest.Adapters!, adapter => Assert.InRange(adapter.LogitsRelativeError!.Value, 0, 1e-5));
        Assert.Contains("Adapter adapter-rslora switched on", File.ReadAllText(Path.Combine(packed.Folder, "report.html")), StringComparison.Ordinal);
        Assert.Contains("adapter-rslora.onnx_adapter", packed.Manifest.Files.Select(file => file.Name));
        Close.Assert(lora.Golden.Floats("logits"), plain.AsSpan(0, prompt.Length * 128), lora.Golden.Tolerance);
        Close.Assert(lora.Golden.Floats("adapter.applied_logits"), first.AsSpan(0, prompt.Length * 128), lora.Golden.Tolerance);
        Close.Assert(lora.Golden.Floats("adapter-rslora.applied_logits"), second.AsSpan(0, prompt.Length * 128), lora.Golden.Tolerance);
    }

    [SkippableFact]
    public async Task Adapters_of_a_float16_graph_are_float16()
    {
        using var lora = new LoraCase();
        using var store = new TemporaryStore();
        PackResult packed = await Packer.PackAsync(new PackRequest(lora.Base, lora.Recipe(["adapter-rslora"], "AdapterMode", "separate", "Bits", "8", "Target", "cuda"), store.Store));
        using Formats.OrtAdapters.OrtAdapterFile file = Formats.OrtAdapters.OrtAdapterFile.Open(Path.Combine(packed.Folder, "adapter-rslora.onnx_adapter"));

        Assert.All(file.Parameters, parameter => Assert.Equal(Formats.Onnx.OnnxElementType.Float16, parameter.Type));
        Assert.InRange(Assert.Single(packed.Manifest.Adapters!).LogitsRelativeError!.Value, 0, 0.05);
    }

    private static DecoderFolder Write(LoraCase lora, AdaptedModel model, Func<DecoderWeight, WeightStorage> storage)
    {
        var options = new DecoderGraphOptions { AccuracyLevel = 0, LowRankWeights = model.Adapters.SelectMany(adapter => adapter.LowRankWeights).Select(weight => weight.Name).ToHashSet() };
        DecoderFolder folder = DecoderFolder.Write(lora.Golden.Checkpoint, model.Source.Architecture, options, storage);
        foreach (BoundAdapter adapter in model.Adapters)
        {
            AdapterFile.Write(folder.FullPath, adapter, TargetProvider.Cpu);
        }

        return folder;
    }

    private static OrtLoraAdapter Load(DecoderFolder folder, AdaptedModel model, string adapter) =>
        OrtLoraAdapter.Create(Path.Combine(folder.FullPath, AdapterFile.NameOf(model.Adapters.Single(each => each.Name == adapter))), null);

    private static float[] Merged(BoundAdapter adapter, DecoderWeight weight, DecoderFolder quantized)
    {
        float[] values = quantized.Matrices.TryGetValue(weight.Name, out QuantizedMatrix? matrix) ? Dequantization.Dequantize(matrix) : quantized.ValuesOf(weight);
        if (adapter.Factors(weight) is { } factors)
        {
            for (int row = 0; row < weight.Rows; row++)
            {
                for (int column = 0; column < weight.Columns; column++)
                {
                    double sum = 0;
                    for (int k = 0; k < factors.Rank; k++)
                    {
                        sum += (double)factors.Left[(row * factors.Rank) + k] * factors.Right[(k * weight.Columns) + column];
                    }

                    values[(row * weight.Columns) + column] += (float)(factors.Scale * sum);
                }
            }
        }

        return values;
    }
}
