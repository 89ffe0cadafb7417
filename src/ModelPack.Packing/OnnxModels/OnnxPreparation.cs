using ModelPack.Packing.OnnxModels.Graphs;

namespace ModelPack.Packing.OnnxModels;

/// <summary>What is done to every model before its weights are looked for; none of it changes what the model computes.</summary>
/// <param name="Model">A changed copy; values still lie where they lay.</param>
/// <param name="Changes">What was changed, in words.</param>
internal sealed record OnnxPreparation(OnnxModel Model, IReadOnlyList<string> Changes)
{
    // Before it, operators broadcast by attributes.
    private const long OldestOperatorSet = 7;

    /// <summary>Copies and changes a model.</summary>
    /// <exception cref="ModelPackException">MPK1466: operators of a version that is not known.</exception>
    public static OnnxPreparation Of(OnnxModel source)
    {
        long version = source.OperatorSet(string.Empty);
        if (version is > 0 and < OldestOperatorSet)
        {
            throw new ModelPackException(
                OnnxModelErrors.OldOperators, $"{source.File} uses operator set {version}, which is older than {OldestOperatorSet}; convert it with onnx.version_converter, or export it again.");
        }

        OnnxModel model = source.With(source.Proto.Clone());
        var changes = new List<string>();
        int inlined = FunctionInlining.Run(model.Proto);
        if (inlined > 0)
        {
            changes.Add($"{Count(inlined, "call")} of the model's own functions became the operators inside");
        }

        int defaults = GraphChanges.MakeDefaultsConstant(model.Proto.Graph);
        if (defaults > 0)
        {
            changes.Add($"{Count(defaults, "constant")} that the file also lists among its inputs became constant");
        }

        return new OnnxPreparation(model, changes);
    }

    private static string Count(int count, string what) => $"{count} {what}{(count == 1 ? "" : "s")}";
}
