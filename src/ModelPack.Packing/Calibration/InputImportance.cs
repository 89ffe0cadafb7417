using System.Runtime.InteropServices;
using System.Security.Cryptography;
using ModelPack.Packing.Architectures;
using ModelPack.Packing.Architectures.Weights;

namespace ModelPack.Packing.Calibration;

/// <summary>Mean square of every input of every linear layer in the unquantized model: the weight of its errors in round-to-nearest. Immutable, thread-safe.</summary>
internal sealed class InputImportance
{
    private readonly Dictionary<string, float[]> _values = new(StringComparer.Ordinal);

    private InputImportance()
    {
    }

    /// <summary>Importance that was measured elsewhere.</summary>
    /// <param name="values">Mean squares of the inputs by the weight's name.</param>
    public static InputImportance Of(IReadOnlyDictionary<string, float[]> values)
    {
        var importance = new InputImportance();
        foreach ((string name, float[] squares) in values)
        {
            importance._values[name] = squares;
        }

        return importance;
    }

    /// <summary>Measures, or finds the result in the store.</summary>
    public static InputImportance Measure(CalibrationContext context)
    {
        var importance = new InputImportance();
        IReadOnlyList<Linear>[] inputs = [.. context.Blocks.SelectMany(block => block.LinearsByInput)];
        int count = inputs.Sum(linears => linears[0].Weight.Columns);
        float[] all = StoredNumbers.FindOrMeasure(context.Store, CalibrationKeys.Of(context.ModelKey, "importance"), count, () => Compute(context, count));
        int start = 0;
        foreach (IReadOnlyList<Linear> linears in inputs)
        {
            int columns = linears[0].Weight.Columns;
            float[] values = all.AsSpan(start, columns).ToArray();
            start += columns;
            foreach (Linear linear in linears)
            {
                importance._values[linear.Weight.Name] = values;
            }
        }

        return importance;
    }

    private static float[] Compute(CalibrationContext context, int count)
    {
        float[] all = new float[count];
        int next = 0;
        FloatInputs.Visit(context, squaresOnly: true, (linears, statistics) =>
        {
            statistics.WriteMeanSquares(all.AsSpan(next, linears[0].Weight.Columns));
            next += linears[0].Weight.Columns;
        });
        return all;
    }

    /// <summary>Importance of a weight's inputs; empty for what is no linear layer of a block.</summary>
    public ReadOnlyMemory<float> Of(DecoderWeight weight) => _values.TryGetValue(weight.Name, out float[]? values) ? values : ReadOnlyMemory<float>.Empty;

    /// <summary>Hash of a weight's importances; empty when there are none.</summary>
    public string HashOf(DecoderWeight weight) =>
        _values.TryGetValue(weight.Name, out float[]? values) ? Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(values.AsSpan()))) : string.Empty;
}
