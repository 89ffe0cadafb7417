using ModelPack.Formats.Onnx.Protobuf;
using ModelPack.Packing.OnnxModels.Activations;

namespace ModelPack.Packing.Tests.OnnxModels.Activations;

/// <summary>An outcome whose model is closed at the end.</summary>
internal sealed class OnnxModelScope(ActivationOutcome outcome) : IDisposable
{
    public ActivationOutcome Value => outcome;

    public ModelProto Proto => outcome.Model.Proto;

    public IEnumerable<string> Nodes => Proto.Graph.Node.Select(node => node.OpType);

    public void Dispose() => outcome.Model.Dispose();
}
