using ModelPack.Formats.Onnx.Protobuf;
using ModelPack.Packing.OnnxModels.Graphs;
using ModelPack.Packing.OnnxModels.Weights;
using ModelPack.Packing.Recipes;
using ModelPack.Quantization;

namespace ModelPack.Packing.OnnxModels.WeightOnly;

/// <summary>Turns the recipe's words into the way each weight is stored.</summary>
internal static class WeightOnlyPlan
{
    // What MatMulNBits and GatherBlockQuantized take.
    private static readonly int[] GroupSizes = [16, 32, 64, 128, 256];

    // A table with fewer rows, such as that of BERT's token types, is a few kilobytes, and reading it in float is faster.
    private const int SmallestTable = 16;

    /// <summary>Decides about every weight, in the order in which operators use them.</summary>
    /// <param name="model">The model.</param>
    /// <param name="finder">Its weights.</param>
    /// <param name="recipe">The settings.</param>
    public static IReadOnlyList<PlannedMatrix> Make(OnnxModel model, WeightFinder finder, Recipe recipe)
    {
        ILookup<object, WeightUse> byTensor = finder.Uses.ToLookup(use => (object)use.Weight.View.Tensor, ReferenceEqualityComparer.Instance);
        PlannedMatrix[] wanted =
        [
            .. finder.Uses.GroupBy(use => use.Weight, ReferenceEqualityComparer.Instance).Select(uses => (OnnxWeight)uses.Key!).Select(weight => Choose(weight, [.. byTensor[weight.View.Tensor].Where(use => ReferenceEquals(use.Weight, weight))], byTensor[weight.View.Tensor], recipe)),
        ];

        // A tensor whose float values are needed anyway would be stored twice.
        Dictionary<TensorProto, List<ValueUse>> uses = ConstantUses.Of(GraphIndex.Of(model.Proto));
        HashSet<NodeProto> quantized = new(wanted.Where(matrix => matrix.Scheme is not null).SelectMany(matrix => matrix.Uses).Select(use => use.Node), ReferenceEqualityComparer.Instance);
        return
        [
            .. wanted.Select(matrix => matrix.Scheme is not null && uses[matrix.Weight.View.Tensor].FirstOrDefault(use => use.Node is null || !quantized.Contains(use.Node)) is { Scope: not null } other
                ? matrix with { Scheme = null, Reason = $"{(other.Node is { } node ? OperatorNames.Of(other.Scope, node) : "an output")} needs its values too" }
                : matrix),
        ];
    }

    private static PlannedMatrix Choose(OnnxWeight weight, IReadOnlyList<WeightUse> uses, IEnumerable<WeightUse> ofTensor, Recipe recipe)
    {
        bool isTable = uses.Any(use => use.IsTable);
        WeightPlace place = !ofTensor.Any(use => use.IsTable) ? WeightPlace.Linear : ofTensor.Any(use => !use.IsTable) ? WeightPlace.TiedTable : WeightPlace.Embedding;
        WeightSetting setting = recipe.Resolve(weight.Name, place);
        PlannedMatrix Stays(string reason) => new(weight, uses, null, setting.Method, reason);
        if (!setting.IsQuantized)
        {
            return Stays("the settings leave it alone");
        }

        if (isTable && weight.Rows < SmallestTable)
        {
            return Stays($"it has {weight.Rows} rows only");
        }

        if (!isTable && recipe.QuantizesActivations)
        {
            return Stays("its operator stays float");
        }

        // A row shorter than a group would be filled up for nothing; looking up reads whole groups only.
        int group = isTable
            ? GroupSizes.LastOrDefault(size => size <= setting.GroupSize.Inputs && weight.Columns % size == 0)
            : Math.Min(setting.GroupSize.Inputs, GroupSizes.First(size => size >= Math.Min(weight.Columns, GroupSizes[^1])));
        if (group == 0)
        {
            return Stays($"its rows of {weight.Columns} are no whole groups");
        }

        var scheme = new QuantizationScheme(setting.Bits, group, setting.Symmetric);
        QuantizationMethod method = ProductInputs.CanMeasure(uses) ? setting.Method : QuantizationMethod.RoundToNearest;
        return PlannedMatrix.BytesIn(weight, scheme) < weight.SourceBytes
            ? new PlannedMatrix(weight, uses, scheme, method, string.Empty)
            : Stays("it would not become smaller");
    }
}
