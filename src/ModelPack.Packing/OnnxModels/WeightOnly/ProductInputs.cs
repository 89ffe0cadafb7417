using Google.Protobuf;
using ModelPack.Formats.Onnx.Protobuf;
using ModelPack.Packing.Calibration;
using ModelPack.Packing.OnnxModels.Graphs;
using ModelPack.Packing.OnnxModels.Running;
using ModelPack.Packing.OnnxModels.Samples;
using ModelPack.Packing.OnnxModels.Weights;
using ModelPack.Quantization.LinearAlgebra;

namespace ModelPack.Packing.OnnxModels.WeightOnly;

/// <summary>Sums up what products of the main graph are multiplied with while the float model runs on samples.</summary>
internal sealed class ProductInputs(OnnxModel model, IReadOnlyList<SampleInput> samples, int threads, CancellationToken cancellation)
{
    // Bytes of sums that are held at a time; a model with more of them runs on the samples again.
    private const long Budget = 1L << 30;

    /// <summary>True for a weight whose inputs can be led out of the graph.</summary>
    public static bool CanMeasure(IEnumerable<WeightUse> uses) => uses.All(use => !use.IsTable && use.Scope.Outer is null);

    /// <summary>Measures weights and hands over the sums of each set of inputs in turn.</summary>
    /// <param name="matrices">The weights.</param>
    /// <param name="measured">Gets weights that read the same inputs, and their sums.</param>
    public void Measure(IEnumerable<PlannedMatrix> matrices, Action<IReadOnlyList<PlannedMatrix>, InputStatistics> measured)
    {
        (string Key, PlannedMatrix[] Matrices)[] groups = [.. matrices.GroupBy(KeyOf, StringComparer.Ordinal).Select(group => (group.Key, group.ToArray()))];
        for (int first = 0; first < groups.Length;)
        {
            int last = first;
            for (long bytes = 0; last < groups.Length && (last == first || bytes + BytesOf(groups[last].Matrices) <= Budget); last++)
            {
                bytes += BytesOf(groups[last].Matrices);
            }

            Run(groups[first..last], measured);
            first = last;
        }
    }

    private static long BytesOf(PlannedMatrix[] matrices) => sizeof(float) * (long)matrices[0].Weight.Columns * matrices[0].Weight.Columns;

    private static string KeyOf(PlannedMatrix matrix) => string.Join('\n', matrix.Uses.Select(use => $"{IsTransposed(use)} {use.Node.Input[0]}").Distinct().Order(StringComparer.Ordinal));

    private static bool IsTransposed(WeightUse use) => use.Node.Is("Gemm") && use.Node.Int("transA", 0) != 0;

    private void Run((string Key, PlannedMatrix[] Matrices)[] groups, Action<IReadOnlyList<PlannedMatrix>, InputStatistics> measured)
    {
        (string Value, bool Transposed)[][] values = [.. groups.Select(group => group.Matrices[0].Uses.Select(use => (use.Node.Input[0], IsTransposed(use))).Distinct().ToArray())];
        InputStatistics[] sums = [.. groups.Select(group => new InputStatistics(group.Matrices[0].Weight.Columns, 0, ProcessorProducts.Instance, threads))];
        HashSet<string> given = [.. model.Inputs.Select(input => input.Name)];
        string[] wanted = [.. values.SelectMany(group => group.Select(value => value.Value)).Distinct().Where(value => !given.Contains(value))];
        using (ModelSession session = ModelSession.Open(WithOutputs(wanted), model.File, threads))
        {
            foreach (SampleInput sample in samples)
            {
                cancellation.ThrowIfCancellationRequested();
                IReadOnlyDictionary<string, SampleTensor> found = wanted.Length == 0 ? sample.Tensors : session.Run(sample, wanted);
                for (int i = 0; i < groups.Length; i++)
                {
                    foreach ((string value, bool transposed) in values[i])
                    {
                        Add(sums[i], groups[i].Matrices[0].Weight.Columns, found.GetValueOrDefault(value) ?? sample.Tensors[value], transposed);
                    }
                }
            }
        }

        for (int i = 0; i < groups.Length; i++)
        {
            measured(groups[i].Matrices, sums[i]);
        }
    }

    private static void Add(InputStatistics sums, int columns, SampleTensor tensor, bool transposed)
    {
        float[] values = tensor.ToFloats();
        int rows = values.Length / columns;
        if (transposed)
        {
            var straight = new float[values.Length];
            for (int i = 0; i < values.Length; i++)
            {
                straight[(i % rows * columns) + (i / rows)] = values[i];
            }

            values = straight;
        }

        if (rows > 0)
        {
            sums.Add(rows, values, []);
        }
    }

    // ONNX Runtime infers the types of outputs that are only named.
    private byte[] WithOutputs(string[] wanted)
    {
        ModelProto probe = model.Proto.Clone();
        HashSet<string> outputs = [.. probe.Graph.Output.Select(output => output.Name)];
        probe.Graph.Output.Add(wanted.Where(value => !outputs.Contains(value)).Select(value => new ValueInfoProto { Name = value }));
        return probe.ToByteArray();
    }
}
