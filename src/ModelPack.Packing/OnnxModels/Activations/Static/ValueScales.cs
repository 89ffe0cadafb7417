using ModelPack.Packing.OnnxModels.Activations.Probing;
using ModelPack.Quantization.Activations;

namespace ModelPack.Packing.OnnxModels.Activations.Static;

/// <summary>The scale of every value that becomes codes. Immutable.</summary>
internal sealed class ValueScales
{
    // A range that grows by more would cost its own values a bit.
    private const float MostGrowth = 2;

    private readonly Dictionary<ProbedValue, AffineScale> _scales = [];

    private ValueScales()
    {
    }

    /// <summary>The scale of a value.</summary>
    public AffineScale this[ProbedValue value] => _scales[value];

    /// <summary>
    /// Chooses the scales: one for values that are moved without change, and one for the inputs and the result of a Concat and for the
    /// inputs of an Add wherever none of their ranges more than doubles by it, or gets below zero.
    /// </summary>
    public static ValueScales Of(QuantizedValues values, Func<ProbedValue, ActivationRange> rangeOf)
    {
        var parent = new Dictionary<ProbedValue, ProbedValue>();
        Dictionary<ProbedValue, ActivationRange> ranges = values.All.ToDictionary(value => value, value => rangeOf(value).WithZero());
        ProbedValue Root(ProbedValue value)
        {
            while (parent.TryGetValue(value, out ProbedValue up))
            {
                value = up;
            }

            return value;
        }

        void Join(ProbedValue first, ProbedValue second)
        {
            (first, second) = (Root(first), Root(second));
            if (first != second)
            {
                parent[second] = first;
                ranges[first] = ranges[first].Union(ranges[second]);
            }
        }

        // What is moved takes the codes of where it comes from.
        foreach ((var scope, var node, ProbedValue result) in values.Following)
        {
            if (Followers.SharesScale(node))
            {
                ProbedValue input = values.PlaceOf(scope, node.Input[0]);
                if (Root(result) != Root(input))
                {
                    parent[Root(result)] = Root(input);
                }
            }
        }

        foreach ((var scope, var node, ProbedValue result) in values.Following)
        {
            if (Followers.PrefersOneScale(node))
            {
                ProbedValue[] sharing = [.. node.Input.Select(input => Root(values.PlaceOf(scope, input))).Concat(node.OpType == "Concat" ? [Root(result)] : []).Distinct()];
                ActivationRange all = sharing.Select(value => ranges[value]).Aggregate((first, second) => first.Union(second));
                // A Relu or Clip goes only where codes have no more range than it leaves.
                bool keepsCuts = sharing.All(value => ranges[value].Min < 0 == all.Min < 0) && !node.Input.Any(input => scope.ProducerOf(input) is { Node.OpType: "Clip" });
                if (keepsCuts && sharing.All(value => all.Max - all.Min <= MostGrowth * (ranges[value].Max - ranges[value].Min)))
                {
                    foreach (ProbedValue other in sharing[1..])
                    {
                        Join(sharing[0], other);
                    }
                }
            }
        }

        var chosen = new ValueScales();
        foreach (ProbedValue value in values.All)
        {
            chosen._scales[value] = AffineScale.Of(ranges[Root(value)], CodeSpan.UInt8);
        }

        return chosen;
    }
}
