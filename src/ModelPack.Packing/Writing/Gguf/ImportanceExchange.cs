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
        NamedWeight[] linear = [.. TensorNames.Of(architecture).Where(named => named.Weight is { IsMatrix: true, Layer: not null })];
        foreach (NamedWeight named in TensorNames.Of(architecture).Where(named => named.Weight.IsMatrix && matrix.Entries.ContainsKey(named.Name)))
        {
            float[] means = matrix.Entries[named.Name].MeanSquares();
            values[named.Weight.Name] = means.Length == named.Weight.Columns ? means : throw new ModelPackException(
                GgufOutputErrors.OtherImportance,
                $"{file}: '{named.Name}' has {means.Length} columns and the model's weight {named.Weight.Columns}, so the importance matrix was measured on another model; measure it on this one, or give a text.");
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
        foreach (NamedWeight named in TensorNames.Of(architecture).Where(named => named.Weight.IsMatrix))
        {
            ReadOnlyMemory<float> means = importance.Of(named.Weight);
            if (!means.IsEmpty)
            {
                entries[named.Name] = new ImportanceEntry(Array.ConvertAll(means.ToArray(), mean => mean * rows.Tokens), [rows.Tokens]);
            }
        }

        return new ImportanceMatrix { Entries = entries, Datasets = [rows.Source], ChunkCount = rows.Count, ChunkSize = rows.Length };
    }
}
