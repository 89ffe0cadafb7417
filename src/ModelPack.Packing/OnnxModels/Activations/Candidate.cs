using Microsoft.ML.OnnxRuntime;
using ModelPack.Packing.OnnxModels.Activations.Operators;
using ModelPack.Packing.OnnxModels.Activations.Probing;
using ModelPack.Packing.OnnxModels.Activations.Static;
using ModelPack.Packing.OnnxModels.Activations.Trials;
using ModelPack.Packing.OnnxModels.Running;
using ModelPack.Packing.OnnxModels.Samples;

namespace ModelPack.Packing.OnnxModels.Activations;

/// <summary>An operator on its way to 8 bits, or to staying float. Owns its trial; dispose it. Not thread-safe.</summary>
/// <param name="op">The operator.</param>
internal sealed class Candidate(WeightedOperator op) : IDisposable
{
    private QuantizedWeight? _stored;

    /// <summary>The operator.</summary>
    public WeightedOperator Operator => op;

    /// <summary>Its quantized form, where that depends on nothing else in the model.</summary>
    public OperatorPatch? Patch { get; set; }

    /// <summary>How it becomes integer with fixed ranges.</summary>
    public StaticChoice Choice { get; set; } = new(op, [], null);

    /// <summary>Name of the quantized form.</summary>
    public string? Form { get; set; }

    /// <summary>Why it stays float; empty while it does not.</summary>
    public string Reason { get; set; } = string.Empty;

    /// <summary>The form that is measured.</summary>
    public OperatorTrial? Trial { get; private set; }

    /// <summary>Error of the form; null while no sample reached it.</summary>
    public double? Error => Trial?.Error;

    /// <summary>True while nothing speaks against the quantized form.</summary>
    public bool IsOpen => Reason.Length == 0;

    /// <summary>What became of it.</summary>
    public OperatorOutcome Outcome => new(op.Name, op.Node.OpType, op.Weight, IsOpen ? Form : null, Reason, Error) { Stored = IsOpen ? _stored : null };

    /// <summary>Opens a form on its own; with a reason when that fails.</summary>
    /// <param name="model">The float model.</param>
    /// <param name="patch">The form.</param>
    /// <param name="output">The value to compare.</param>
    /// <param name="threads">Cores; 0 means all.</param>
    public void Try(OnnxModel model, OperatorPatch patch, string output, int threads)
    {
        Trial?.Dispose();
        _stored = patch.Weight;
        (Trial, Reason) = OperatorTrial.Open(model, op.Scope, patch, output, threads);
    }

    /// <summary>Runs the form on one sample.</summary>
    public (float[] Expected, float[] Actual, IReadOnlyList<long> Shape)? Run(IReadOnlyDictionary<ProbedValue, SampleTensor> values)
    {
        try
        {
            return Trial!.Run(values);
        }
        catch (OnnxRuntimeException e)
        {
            Reason = $"its quantized form failed ({RuntimeMessages.Short(e)})";
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Trial?.Dispose();
}
