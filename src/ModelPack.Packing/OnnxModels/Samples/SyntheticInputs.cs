using System.Runtime.InteropServices;
using ModelPack.Formats.Onnx;
using ModelPack.Packing.OnnxModels.Graphs;

namespace ModelPack.Packing.OnnxModels.Samples;

/// <summary>
/// Inputs from a fixed seed where a user gives none: normal numbers for floats, rows of the table for what looks up a table, ones for
/// other whole numbers. Sizes that the model leaves open are guessed, the same for the same name.
/// </summary>
internal static class SyntheticInputs
{
    /// <summary>Sizes that are tried, in this order, for dimensions that are left open and are no batch.</summary>
    public static readonly int[] OpenSizes = [16, 1, 64, 224, 576];

    private static readonly HashSet<OnnxElementType> Makeable =
    [
        OnnxElementType.String, OnnxElementType.Bool, OnnxElementType.Float32, OnnxElementType.Float64, OnnxElementType.Float16, OnnxElementType.Int8, OnnxElementType.UInt8,
        OnnxElementType.Int16, OnnxElementType.UInt16, OnnxElementType.Int32, OnnxElementType.UInt32, OnnxElementType.Int64, OnnxElementType.UInt64,
    ];

    private static readonly OnnxElementType[] Ids = [OnnxElementType.String, OnnxElementType.Int32, OnnxElementType.UInt32, OnnxElementType.Int64, OnnxElementType.UInt64];

    // Values of one input: a large picture or a minute of sound, a long text where they are ids; and not what a damaged file announces.
    private const long MostValues = 1 << 22;
    private const long MostIds = 1 << 14;

    // What stands between an input and a table without changing which row is meant.
    private static readonly string[] Transparent = ["Cast", "Identity", "Reshape", "Squeeze", "Unsqueeze", "Flatten", "Transpose"];

    /// <summary>Samples.</summary>
    /// <param name="model">The model.</param>
    /// <param name="samples">How many.</param>
    /// <param name="openSize">Size of open dimensions but the first of an input, which is taken for the batch and is 1.</param>
    /// <returns>None for a model with inputs that are no tensors, or too large to be made up.</returns>
    public static IReadOnlyList<SampleInput> Make(OnnxModel model, int samples, int openSize)
    {
        GraphIndex graph = GraphIndex.Of(model.Proto);
        IReadOnlyList<ModelInput> inputs = ModelInput.Of(model);
        HashSet<string> batches = [.. inputs.Select(input => input.Shape is { Count: > 0 } shape ? shape[0].Name : null).OfType<string>()];
        long[][] shapes = [.. inputs.Select(input => ShapeOf(input, batches, openSize))];
        if (inputs.Any(input => !Makeable.Contains(input.Type)) || inputs.Zip(shapes).Any(pair => pair.Second.Aggregate(1.0, (product, dim) => product * dim) > (Ids.Contains(pair.First.Type) ? MostIds : MostValues)))
        {
            return [];
        }

        return
        [
            .. Enumerable.Range(0, samples).Select(sample => new SampleInput(
                $"synthetic {sample + 1}",
                inputs.Select((input, index) => (input.Name, Values: Values(graph, input, shapes[index], (uint)((sample * 131) + index + 1))))
                    .DistinctBy(pair => pair.Name).ToDictionary(pair => pair.Name, pair => pair.Values, StringComparer.Ordinal))),
        ];
    }

    private static long[] ShapeOf(ModelInput input, HashSet<string> batches, int openSize) =>
        [.. (input.Shape ?? [(OnnxDimension)1L]).Select((dim, axis) => dim.Name is not { } name ? Math.Max(1, dim.Size) : axis == 0 || (name.Length > 0 && batches.Contains(name)) ? 1L : openSize)];

    private static SampleTensor Values(GraphIndex graph, ModelInput input, long[] shape, uint seed)
    {
        int count = (int)shape.Aggregate(1L, (product, dim) => product * dim);
        var random = new SampleNumbers(seed);
        switch (input.Type)
        {
            case OnnxElementType.String:
                return SampleTensor.Of(shape, Enumerable.Repeat("sample", count).ToArray());
            case OnnxElementType.Bool:
                return SampleTensor.Of(OnnxElementType.Bool, shape, Enumerable.Repeat((byte)1, count).ToArray());
            case OnnxElementType.Float32:
                return SampleTensor.Of<float>(shape, random.Normals(count));
            case OnnxElementType.Float64:
                return SampleTensor.Of<double>(shape, Array.ConvertAll(random.Normals(count), value => (double)value));
            case OnnxElementType.Float16:
                return SampleTensor.Of<Half>(shape, Array.ConvertAll(random.Normals(count), value => (Half)value));
            default:
                long rows = RowsOf(graph, input.Name);
                return WholeNumbers(input.Type, shape, Array.ConvertAll(new int[count], _ => rows == 0 ? 1L : random.Below(rows)));
        }
    }

    private static SampleTensor WholeNumbers(OnnxElementType type, long[] shape, long[] values)
    {
        int size = type.BitsPerElement() / 8;
        ReadOnlySpan<byte> wide = MemoryMarshal.AsBytes(values.AsSpan());
        var bytes = new byte[type.ByteLength(values.Length)];
        for (int i = 0; i < values.Length; i++)
        {
            wide.Slice(i * sizeof(long), size).CopyTo(bytes.AsSpan(i * size));
        }

        return SampleTensor.Of(type, shape, bytes);
    }

    // Rows of the smallest constant table that a value picks from; 0 where it picks from none.
    private static long RowsOf(GraphIndex graph, string value)
    {
        long rows = long.MaxValue;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<(GraphIndex Scope, string Value)>([(graph, value)]);
        while (open.TryPop(out (GraphIndex Scope, string Value) next))
        {
            if (!seen.Add(next.Scope.Path + next.Value))
            {
                continue;
            }

            foreach (ValueUse use in next.Scope.UsesOf(next.Value))
            {
                if (use.Node is not { } node)
                {
                    continue;
                }

                if (node.Is("Gather") && use.Input == 1 && use.Scope.ConstantOf(node.Input[0]) is { Dims.Count: > 0 } table)
                {
                    rows = Math.Min(rows, table.Dims[(int)Math.Clamp(node.Int("axis", 0), 0, table.Dims.Count - 1)]);
                }
                else if (use.Input == 0 && Transparent.Contains(node.OpType) && node.Output.Count > 0)
                {
                    open.Push((use.Scope, node.Output[0]));
                }
            }
        }

        return rows is long.MaxValue ? 0 : Math.Max(1, rows);
    }
}
