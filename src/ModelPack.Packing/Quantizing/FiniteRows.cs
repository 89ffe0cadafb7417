using ModelPack.Packing.Sources;

namespace ModelPack.Packing.Quantizing;

/// <summary>Refuses weights that are no numbers, naming the first one.</summary>
internal static class FiniteRows
{
    /// <summary>Checks consecutive values of a weight.</summary>
    /// <param name="name">Name of the weight.</param>
    /// <param name="file">The file it comes from.</param>
    /// <param name="columns">Values of a row.</param>
    /// <param name="first">Index in the weight of the first value.</param>
    /// <param name="values">The values.</param>
    /// <exception cref="ModelPackException">MPK1406: a value is NaN or infinite.</exception>
    public static void Require(string name, string file, int columns, long first, ReadOnlySpan<float> values)
    {
        int at = FiniteCheck.IndexOfNotFinite(values);
        if (at >= 0)
        {
            string kind = float.IsNaN(values[at]) ? "NaN" : "an infinity";
            throw new ModelPackException(
                SourceErrors.NotFinite,
                $"{file}: tensor {name} holds {kind} at [{(first + at) / columns}, {(first + at) % columns}]; the checkpoint is damaged or was saved after a failed training run, take another one.");
        }
    }
}
