using ModelPack.Formats.Onnx.Protobuf;

namespace ModelPack.Packing.OnnxModels.Activations;

/// <summary>How operators of a model become 8-bit: while it runs, or with ranges fixed before.</summary>
internal abstract class QuantizedForms
{
    /// <summary>Gives every open candidate the form that is to be measured, or the reason why there is none.</summary>
    public abstract void Prepare(IReadOnlyList<Candidate> candidates, SampleRuns runs);

    /// <summary>The model with these candidates in their forms.</summary>
    public abstract ModelProto Rewrite(IReadOnlyList<Candidate> chosen);
}
