using ModelPack.Formats.Onnx.Protobuf;
using ModelPack.Packing.OnnxModels.Activations.Operators;

namespace ModelPack.Packing.OnnxModels.Activations;

/// <summary>Ranges of activations are taken while the model runs.</summary>
/// <param name="model">The float model.</param>
/// <param name="constants">Its values.</param>
/// <param name="prefix">Beginning of new names.</param>
/// <param name="threads">Cores; 0 means all.</param>
internal sealed class DynamicForms(OnnxModel model, ConstantValues constants, string prefix, int threads) : QuantizedForms
{
    /// <summary>Gives a candidate its form; also for recurrent layers of models whose other ranges are fixed.</summary>
    public void Prepare(Candidate candidate)
    {
        WeightedOperator op = candidate.Operator;
        candidate.Reason = op.Node.OpType switch
        {
            // Measured on 8 shapes: ConvInteger with unsigned weights 0.2 to 1.2 times as fast as float, with signed ones 0.04 to 0.5 times.
            "Conv" => "the convolution whose ranges are taken while it runs is no faster than float; Method static makes it 8-bit",
            "LSTM" => DynamicLstm.Refused(op, constants) ?? string.Empty,
            _ => string.Empty,
        };
        if (candidate.IsOpen)
        {
            string own = $"{prefix}{op.Place.Graph}/{op.Place.Node}/";
            OperatorPatch patch = op.Node.OpType == "LSTM" ? DynamicLstm.Patch(op, constants, own) : DynamicProduct.Patch(op, constants, own);
            (candidate.Patch, candidate.Form) = (patch, patch.Nodes[0].OpType);
            candidate.Try(model, patch, op.Output, threads);
        }
    }

    /// <inheritdoc/>
    public override void Prepare(IReadOnlyList<Candidate> candidates, SampleRuns runs)
    {
        foreach (Candidate candidate in candidates.Where(candidate => candidate.IsOpen))
        {
            Prepare(candidate);
        }
    }

    /// <inheritdoc/>
    public override ModelProto Rewrite(IReadOnlyList<Candidate> chosen) => ModelRewriter.Apply(model.Proto, [.. chosen.Select(candidate => (candidate.Operator, candidate.Patch!))]);
}
