using System.Globalization;
using System.Runtime.InteropServices;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using ModelPack.Benchmarks.Encoders;
using ModelPack.Formats.Onnx;
using ModelPack.Formats.Onnx.Protobuf;
using ModelPack.Packing.Architectures;
using ModelPack.Packing.Architectures.Graphs;
using ModelPack.Packing.Architectures.Weights;

namespace ModelPack.Benchmarks.Mixtures;

/// <summary>A form of the mixture in ONNX Runtime on one core. Dispose it.</summary>
internal sealed class MixtureContestant : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("modelpack-mixture-").FullName;
    private readonly InferenceSession _session;

    private MixtureContestant(string name, ModelProto model, IReadOnlyDictionary<string, byte[]> initializers)
    {
        const string Data = "weights";
        Name = name;
        using (FileStream file = File.Create(Path.Combine(_folder, Data)))
        {
            foreach (TensorProto tensor in model.Graph.Initializer.Where(tensor => tensor.DataLocation == TensorProto.Types.DataLocation.External))
            {
                byte[] bytes = initializers[tensor.Name];
                tensor.ExternalData.Clear();
                tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = Data });
                tensor.ExternalData.Add(new StringStringEntryProto { Key = "offset", Value = file.Position.ToString(CultureInfo.InvariantCulture) });
                tensor.ExternalData.Add(new StringStringEntryProto { Key = "length", Value = bytes.Length.ToString(CultureInfo.InvariantCulture) });
                file.Write(bytes);
            }
        }

        using var options = new SessionOptions { IntraOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        options.AddSessionConfigEntry("session.model_external_initializers_file_folder_path", _folder);
        _session = new InferenceSession(model.ToByteArray(), options);
    }

    public string Name { get; }

    /// <summary>The form that packed models have: nodes of each expert.</summary>
    public static MixtureContestant Separate(MixtureModel model, int accuracyLevel)
    {
        var scope = new GraphScope(
            model.Architecture, new DecoderGraphOptions { AccuracyLevel = accuracyLevel }, weight => weight.IsMatrix ? new WeightStorage.Quantized(MixtureModel.Scheme) : new WeightStorage.Float32());
        string x = scope.Graph.Input("x", OnnxElementType.Float32, 1, "tokens", MixtureModel.Hidden);
        string y = new MixtureBlock(scope, model.Architecture.Family.Mixture!).Add(model.Weights, "/mlp", x);
        scope.Graph.Node("Identity", [y], "y");
        scope.Graph.Output("y", OnnxElementType.Float32, 1, "tokens", MixtureModel.Hidden);
        DecoderGraphModel graph = scope.Build();
        return new MixtureContestant($"nodes of each expert, accuracy level {accuracyLevel}", graph.Model, graph.Tensors.ToDictionary(tensor => tensor.InitializerName, Bytes));
    }

    /// <summary>ONNX Runtime's own operator.</summary>
    public static MixtureContestant Operator(MixtureModel model)
    {
        const int Bytes = MixtureModel.Hidden / 2, InnerBytes = MixtureModel.Inner / 2, Group = 32;
        var graph = new OnnxGraphBuilder("qmoe");
        graph.Input("x", OnnxElementType.Float32, 1, "tokens", MixtureModel.Hidden);
        graph.Initializer(new ExternalTensor("router", OnnxElementType.Float32, [MixtureModel.Hidden, MixtureModel.Experts]));
        graph.Initializer(new ExternalTensor("wide", OnnxElementType.UInt8, [MixtureModel.Experts, 2 * MixtureModel.Inner, Bytes]));
        graph.Initializer(new ExternalTensor("wide_scales", OnnxElementType.Float32, [MixtureModel.Experts, 2 * MixtureModel.Inner, MixtureModel.Hidden / Group]));
        graph.Initializer(new ExternalTensor("down", OnnxElementType.UInt8, [MixtureModel.Experts, MixtureModel.Hidden, InnerBytes]));
        graph.Initializer(new ExternalTensor("down_scales", OnnxElementType.Float32, [MixtureModel.Experts, MixtureModel.Hidden, MixtureModel.Inner / Group]));
        string flat = graph.Node("Reshape", ["x", graph.Int64s(-1, MixtureModel.Hidden)], "flat");
        string scores = graph.Node("MatMul", [flat, "router"], "scores");
        graph.Node(
            "com.microsoft.QMoE",
            [flat, scores, "wide", "wide_scales", string.Empty, "down", "down_scales"],
            "mixed",
            ("k", MixtureModel.Chosen),
            ("activation_type", "swiglu"),
            ("swiglu_fusion", 1),
            ("activation_alpha", 1f),
            ("activation_beta", 0f),
            ("normalize_routing_weights", 1),
            ("expert_weight_bits", 4),
            ("block_size", Group));
        graph.Node("Reshape", ["mixed", graph.Int64s(1, -1, MixtureModel.Hidden)], "y");
        graph.Output("y", OnnxElementType.Float32, 1, "tokens", MixtureModel.Hidden);
        ModelProto proto = graph.Build();
        MixtureWeights weights = model.Weights;
        return new MixtureContestant("QMoE", proto, new Dictionary<string, byte[]>
        {
            ["router"] = Raw<float>(Transposed(MixtureModel.Values(weights.Router.Weight))),
            ["wide"] = [.. weights.Experts.SelectMany(expert => Interleaved(MixtureModel.Codes(expert.Gate!.Weight), MixtureModel.Codes(expert.Up.Weight), Bytes))],
            ["wide_scales"] = Raw<float>([.. weights.Experts.SelectMany(expert => Interleaved(MixtureModel.Scales(expert.Gate!.Weight), MixtureModel.Scales(expert.Up.Weight), MixtureModel.Hidden / Group)).Select(scale => (float)scale)]),
            ["down"] = [.. weights.Experts.SelectMany(expert => MixtureModel.Codes(expert.Down.Weight))],
            ["down_scales"] = Raw<float>([.. weights.Experts.SelectMany(expert => MixtureModel.Scales(expert.Down.Weight)).Select(scale => (float)scale)]),
        });
    }

    /// <summary>Runs tokens, and returns what the mixture gives and the seconds of the fastest run.</summary>
    public (float[] Output, double Seconds) Run(float[] x, int repeats)
    {
        int tokens = x.Length / MixtureModel.Hidden;
        var y = new float[x.Length];
        double fastest = double.MaxValue;
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(x, [1, tokens, MixtureModel.Hidden]);
        using OrtValue output = OrtValue.CreateTensorValueFromMemory(y, [1, tokens, MixtureModel.Hidden]);
        using var run = new RunOptions();
        for (int i = 0; i <= repeats; i++)
        {
            double start = ThreadClock.Seconds;
            _session.Run(run, ["x"], [input], ["y"], [output]);
            fastest = i == 0 ? fastest : Math.Min(fastest, ThreadClock.Seconds - start);
        }

        return (y, fastest);
    }

    public void Dispose()
    {
        _session.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static byte[] Bytes(GraphTensor tensor)
    {
        DecoderWeight weight = tensor.Parts[0].Weight!;
        return tensor.Parts[0].Kind switch
        {
            PartKind.Codes => MixtureModel.Codes(weight),
            PartKind.Scales => Raw<Half>(MixtureModel.Scales(weight)),
            _ => Raw<float>(MixtureModel.Values(weight)),
        };
    }

    private static byte[] Raw<T>(T[] values)
        where T : unmanaged => MemoryMarshal.AsBytes(values.AsSpan()).ToArray();

    private static float[] Transposed(float[] router) =>
        [.. Enumerable.Range(0, router.Length).Select(i => router[(i % MixtureModel.Experts * MixtureModel.Hidden) + (i / MixtureModel.Experts)])];

    private static IEnumerable<T> Interleaved<T>(T[] first, T[] second, int row) => first.Chunk(row).Zip(second.Chunk(row)).SelectMany(rows => rows.First.Concat(rows.Second));
}
