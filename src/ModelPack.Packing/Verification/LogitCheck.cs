using Microsoft.ML.OnnxRuntime;
using ModelPack.Packing.Architectures;
using ModelPack.Packing.Quantizing;
using ModelPack.Packing.Stages;
using ModelPack.Packing.Writing;

namespace ModelPack.Packing.Verification;

/// <summary>
/// Sends a short text through the packed model and through the source in float32, stage by stage, so that memory is one
/// layer. Each packed stage is also compared with exact arithmetic on the stored codes, given the same input: that
/// difference is the runtime's alone and must be small, whatever the bits.
/// </summary>
internal sealed class LogitCheck
{
    // Largest relative error of a stage against float arithmetic on the same codes. With int8 activations 1e-2 was
    // measured for each product, 2.5e-2 with outliers; float kernels stay below 1e-5, float16 below 1e-3.
    private const double Int8StageTolerance = 8e-2;
    private const double FloatStageTolerance = 1e-3;
    private const double HalfStageTolerance = 2e-2;

    // Packed models of at most this size are run whole, as users run them; larger ones stage by stage.
    private const long WholeModelBytes = 64L << 20;

    // Stages of more weights are not compared with arithmetic on the stored codes, which takes 4 bytes a weight; their kinds
    // of matrices have been compared one by one, and their wiring shows in the logits.
    private const long ComparedStageWeights = 16L << 20;

    // Norm of the logits' difference by their norm: above it the packed model has nothing to do with its source.
    private static readonly Dictionary<int, double> LogitTolerances = new() { [2] = 1.5, [4] = 0.75, [8] = 0.15 };

    private readonly DecoderArchitecture _architecture;
    private readonly Func<DecoderWeight, IWeightRows> _source;
    private readonly Func<DecoderWeight, IWeightRows> _unquantized;
    private readonly Func<DecoderWeight, WeightStorage> _storage;
    private readonly DecoderGraphOptions _options;
    private readonly string _folder;
    private readonly GraphLayout _layout;
    private readonly DataFile _data;
    private readonly int _threads;

    public LogitCheck(
        DecoderArchitecture architecture,
        Func<DecoderWeight, IWeightRows> source,
        Func<DecoderWeight, IWeightRows> unquantized,
        Func<DecoderWeight, WeightStorage> storage,
        DecoderGraphOptions options,
        string folder,
        GraphLayout layout,
        DataFile data,
        int threads)
    {
        _architecture = architecture;
        _source = source;
        _unquantized = unquantized;
        _storage = storage;
        _options = options;
        _folder = folder;
        _layout = layout;
        _data = data;
        _threads = threads;
    }

    /// <summary>Runs both models.</summary>
    /// <param name="ids">Token ids of the text.</param>
    /// <param name="modelFile">The written model.</param>
    /// <param name="finished">Called after each stage with its share of the work done, 0 to 1.</param>
    /// <param name="cancellation">Checked between stages.</param>
    /// <exception cref="ModelPackException">MPK2002, MPK2003: the difference is too large; MPK2004: a logit is no number.</exception>
    public LogitDifference Run(long[] ids, string modelFile, Action<double> finished, CancellationToken cancellation)
    {
        // The arrays of the last matrices would stand beside the weights of the first stage.
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        IReadOnlyList<Stage> stages = Stage.Of(_architecture);
        float[] reference = [];
        float[] packed = [];
        for (int i = 0; i < stages.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            reference = RunFloat(stages[i], ids, reference, _source);
            float[] input = packed;
            packed = RunPacked(stages[i], ids, input);
            if (WeightsOf(stages[i]) <= ComparedStageWeights)
            {
                RequireClose(stages[i], RunFloat(stages[i], ids, input, Stored), packed);
            }

            finished((double)(i + 1) / stages.Count);
        }

        if (_data.Length <= WholeModelBytes)
        {
            packed = RunWhole(modelFile, ids);
        }

        return Judge(reference, packed);
    }

    private long WeightsOf(Stage stage) => stage.Options.LastLayer == stage.Options.FirstLayer
        ? _architecture.Weights.Where(weight => weight.Layer == stage.Options.FirstLayer).Sum(weight => weight.ElementCount)
        : _architecture.Weights.Where(weight => weight.Layer is null).Max(weight => weight.ElementCount);

    private float[] RunFloat(Stage stage, long[] ids, float[] hidden, Func<DecoderWeight, IWeightRows> rows)
    {
        using StageSession session = new FloatStages(_architecture, rows, _folder, _threads).Open(stage);
        return session.Run(ids, hidden);
    }

    private float[] RunPacked(Stage stage, long[] ids, float[] hidden)
    {
        using StageSession session = new PackedStages(_architecture, _storage, _options, _folder, _layout, _threads).Open(stage);
        return session.Run(ids, hidden);
    }

    private float[] RunWhole(string modelFile, long[] ids)
    {
        using SessionOptions options = StageSession.Options(_folder, _threads);
        using StageSession session = StageSession.Open(modelFile, options);
        return session.Run(ids, []);
    }

    private IWeightRows Stored(DecoderWeight weight) => _storage(weight) is WeightStorage.Quantized { Scheme: var scheme }
        ? new StoredRows(weight, scheme, _layout, _data)
        : _unquantized(weight);

    private void RequireClose(Stage stage, float[] exact, float[] packed)
    {
        double error = LogitComparison.RelativeError(exact, packed);
        double tolerance = _options.AccuracyLevel == 4 ? Int8StageTolerance : _options.Target == TargetProvider.Cuda ? HalfStageTolerance : FloatStageTolerance;
        if (!(error <= tolerance))
        {
            throw new ModelPackException(
                VerificationErrors.KernelDiffers,
                $"{stage.Name}: the packed graph differs by {error:g3} from float arithmetic on the same codes, {tolerance:g3} is allowed; nothing was published. Keep this layer's weights out with Override, and report it.");
        }
    }

    private LogitDifference Judge(float[] reference, float[] packed)
    {
        int bits = _architecture.Weights.Select(_storage).OfType<WeightStorage.Quantized>().Select(storage => storage.Scheme.Bits).DefaultIfEmpty(8).Min();
        return LogitJudgement.Require(_architecture, reference, packed, LogitTolerances[bits], $"{bits} bits");
    }
}
