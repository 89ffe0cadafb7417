using ModelPack.Formats.Gguf.Importance;
using ModelPack.Packing.Architectures;
using ModelPack.Packing.Calibration;

namespace ModelPack.Packing.Writing.Gguf;

/// <summary>The importance of a model's inputs from and to llama.cpp's files, which have it by the names of GGUF tensors.</summary>
internal static class ImportanceExchange
{
    /// <summary>Takes the importance of a model's weights out of a matrix.</summary>
    /// <param name="matrix">The matrix.</param>
    /// <param name="file">Its file, for messages.</param>
    /// <param name="architecture">The decoder.</param>
    /// <param name="warn">Called with code and sentence.</param>
    /// <exception cref="ModelPackException">MPK1705: it was measured on another model.</exception>
    public static InputImportance Import(ImportanceMatrix matrix, string file, DecoderArchitecture architecture, Action<string, string>? warn)
    {
        var values = new Dictionary<string, float[]>(StringComparer.Ordinal);
        IReadOnlyList<NamedTensor> tensors = TensorNames.Of(architecture);
        NamedWeight[] linear = [.. tensors.SelectMany(tensor => tensor.Parts).Where(named => named.Weight is { IsMatrix: true, Layer: not null })];
        foreach (NamedTensor tensor in tensors.Where(tensor => tensor.Parts[0].Weight.IsMatrix && matrix.Entries.ContainsKey(tensor.Name)))
        {
            // Stacked experts have inputs of their own; layers of one tensor read the same.
            float[] means = matrix.Entries[tensor.Name].MeanSquares();
            int columns = tensor.Parts[0].Weight.Columns, inputs = tensor.Shape.Count > 2 ? tensor.Parts.Count : 1;
            if (means.Length != inputs * columns)
            {
                throw new ModelPackException(
                    GgufOutputErrors.OtherImportance,
                    $"{file}: '{tensor.Name}' has {means.Length} columns and the model's weight {inputs * columns}, so the importance matrix was measured on another model; measure it on this one, or give a text.");
            }

            for (int part = 0; part < tensor.Parts.Count; part++)
            {
                values[tensor.Parts[part].Weight.Name] = inputs == 1 ? means : means.AsSpan(part * columns, columns).ToArray();
            }
        }

        int missing = linear.Count(named => !values.ContainsKey(named.Weight.Name));
        if (missing > 0)
        {
            warn?.Invoke(
                GgufOutputErrors.PartOfImportance,
                $"{file} has nothing about {missing} of the model's {linear.Length} linear weights, {linear.First(named => !values.ContainsKey(named.Weight.Name)).Name} first; all their inputs count the same.");
        }

        return InputImportance.Of(values);
    }

    /// <summary>Puts measured importance into a matrix for llama.cpp's own tools.</summary>
    /// <param name="importance">The importance.</param>
    /// <param name="rows">The rows that it was measured on.</param>
    /// <param name="architecture">The decoder.</param>
    public static ImportanceMatrix Export(InputImportance importance, CalibrationRows rows, DecoderArchitecture architecture)
    {
        var entries = new Dictionary<string, ImportanceEntry>(StringComparer.Ordinal);
        foreach (NamedTensor tensor in TensorNames.Of(architecture).Where(tensor => tensor.Parts[0].Weight.IsMatrix))
        {
            DecoderWeight[] inputs = [.. (tensor.Shape.Count > 2 ? tensor.Parts : tensor.Parts.Take(1)).Select(part => part.Weight)];
            if (inputs.All(weight => !importance.Of(weight).IsEmpty))
            {
                // The means are what counts: every input is given as many tokens as all have.
                entries[tensor.Name] = new ImportanceEntry(
                    [.. inputs.SelectMany(weight => importance.Of(weight).ToArray()).Select(mean => mean * rows.Tokens)], [.. inputs.Select(_ => (float)rows.Tokens)]);
            }
        }

        return new ImportanceMatrix { Entries = entries, Datasets = [rows.Source], ChunkCount = rows.Count, ChunkSize = rows.Length };
    }
}
