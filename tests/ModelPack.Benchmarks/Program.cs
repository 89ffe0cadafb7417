using ModelPack.Benchmarks.Build;
using ModelPack.Benchmarks.Calibration;
using ModelPack.Benchmarks.Checkpoints;
using ModelPack.Benchmarks.Encoders;
using ModelPack.Benchmarks.Fidelity;
using ModelPack.Benchmarks.Fuzzing;
using ModelPack.Benchmarks.Generation;
using ModelPack.Benchmarks.GgmlBlocks;
using ModelPack.Benchmarks.Gguf;
using ModelPack.Benchmarks.GgufPeers;
using ModelPack.Benchmarks.Kernels;
using ModelPack.Benchmarks.Mixtures;
using ModelPack.Benchmarks.OnnxModels;
using ModelPack.Benchmarks.Packing;
using ModelPack.Benchmarks.Quantization;
using ModelPack.Benchmarks.Templates;
using ModelPack.Benchmarks.Tokenization;

// One line a benchmark: its name and what it runs with the arguments after the name.
Dictionary<string, Func<string[], int>> benchmarks = new()
{
    ["calibration"] = CalibrationBenchmark.Run,
    ["editing"] = EditingBenchmark.Run,
    ["encoders"] = EncodersCommand.Run,
    ["fidelity"] = FidelityCommand.Run,
    ["fuzz"] = FuzzCommand.Run,
    ["fuzz-gguf"] = GgufFuzzCommand.Run,
    ["fuzz-onnx"] = OnnxFuzzCommand.Run,
    ["gguf-peers"] = GgufPeersCommand.Run,
    ["generation"] = GenerationBenchmark.Run,
    ["ggml-blocks"] = GgmlBlocksCommand.Run,
    ["gguf-decoding"] = GgufDecodingBenchmark.Run,
    ["gguf-onnx"] = GgufOnnxCommand.Run,
    ["gptq"] = GptqBenchmark.Run,
    ["kernels"] = KernelBenchmark.Run,
    ["mixtures"] = MixtureBenchmark.Run,
    ["noop"] = NoOpBenchmark.Run,
    ["onnx-models"] = OnnxModelsCommand.Run,
    ["packing"] = PackingBenchmark.Run,
    ["quantization"] = QuantizationBenchmark.Run,
    ["smollm2"] = SmolLm2Checkpoint.Run,
    ["templates"] = TemplateBenchmark.Run,
    ["tokenization"] = TokenizationBenchmark.Run,
    ["tokenization-hostile"] = HostileBenchmark.Run,
};

if (args.Length > 0 && benchmarks.TryGetValue(args[0], out var run))
{
    return run(args[1..]);
}

Console.Error.WriteLine("Usage: dotnet run -c Release --project tests/ModelPack.Benchmarks -- " + string.Join(" | ", benchmarks.Keys) + " [arguments]");
return 2;
