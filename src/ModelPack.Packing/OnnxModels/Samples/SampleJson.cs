using System.Text.Json;
using ModelPack.Formats.Onnx;

namespace ModelPack.Packing.OnnxModels.Samples;

/// <summary>Samples in a JSON file: an object with the values of every input by name, nested as the shape is, or a list of such objects.</summary>
internal static class SampleJson
{
    private const int Deepest = 32;

    private static readonly Dictionary<OnnxElementType, Func<JsonElement, byte[]>> Numbers = new()
    {
        [OnnxElementType.Float32] = value => BitConverter.GetBytes(value.GetSingle()),
        [OnnxElementType.Float64] = value => BitConverter.GetBytes(value.GetDouble()),
        [OnnxElementType.Float16] = value => BitConverter.GetBytes((Half)value.GetSingle()),
        [OnnxElementType.Int64] = value => BitConverter.GetBytes(value.GetInt64()),
        [OnnxElementType.Int32] = value => BitConverter.GetBytes(value.GetInt32()),
        [OnnxElementType.Int16] = value => BitConverter.GetBytes(value.GetInt16()),
        [OnnxElementType.Int8] = value => [(byte)value.GetSByte()],
        [OnnxElementType.UInt64] = value => BitConverter.GetBytes(value.GetUInt64()),
        [OnnxElementType.UInt32] = value => BitConverter.GetBytes(value.GetUInt32()),
        [OnnxElementType.UInt16] = value => BitConverter.GetBytes(value.GetUInt16()),
        [OnnxElementType.UInt8] = value => [value.GetByte()],
        [OnnxElementType.Bool] = value => [value.GetBoolean() ? (byte)1 : (byte)0],
    };

    /// <summary>Reads a file.</summary>
    /// <exception cref="ModelPackException">MPK1621: not of that form; MPK1622: it does not fit the model's inputs.</exception>
    public static IReadOnlyList<SampleInput> Read(string file, IReadOnlyList<ModelInput> inputs)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(file), new JsonDocumentOptions { MaxDepth = Deepest + 4 });
            return document.RootElement.ValueKind == JsonValueKind.Array
                ? [.. document.RootElement.EnumerateArray().Select((sample, index) => Sample(sample, $"{file}, sample {index + 1}", inputs))]
                : [Sample(document.RootElement, file, inputs)];
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new ModelPackException(SampleErrors.NotASample, $"{file} is no sample ({e.Message.TrimEnd('.')}); write {{\"input\": values}} for every input of the model, or a list of such objects.", e);
        }
    }

    private static SampleInput Sample(JsonElement sample, string place, IReadOnlyList<ModelInput> inputs)
    {
        if (sample.ValueKind != JsonValueKind.Object)
        {
            throw new ModelPackException(SampleErrors.NotASample, $"{place} is no object; write {{\"input\": values}} for every input of the model.");
        }

        string[] names = [.. sample.EnumerateObject().Select(member => member.Name)];
        if (names.FirstOrDefault(name => inputs.All(input => input.Name != name)) is { } stray)
        {
            throw new ModelPackException(SampleErrors.DoesNotFit, $"{place}: the model has no input '{stray}'; its inputs are {string.Join(", ", inputs.Select(input => input.Name))}.");
        }

        return inputs.FirstOrDefault(input => !names.Contains(input.Name)) is { } missing
            ? throw new ModelPackException(SampleErrors.DoesNotFit, $"{place}: the values of the model's input '{missing.Name}' are missing; add them.")
            : new SampleInput(place, inputs.ToDictionary(input => input.Name, input => Values(sample.GetProperty(input.Name), place, input), StringComparer.Ordinal));
    }

    private static SampleTensor Values(JsonElement values, string place, ModelInput input)
    {
        var shape = new List<long>();
        for (JsonElement level = values; level.ValueKind == JsonValueKind.Array; level = level[0])
        {
            shape.Add(level.GetArrayLength());
            if (level.GetArrayLength() == 0)
            {
                break;
            }
        }

        var leaves = new List<JsonElement>();
        if (shape.Count > Deepest || !Flatten(values, shape, 0, leaves))
        {
            throw new ModelPackException(SampleErrors.NotASample, $"{place}: the lists of input '{input.Name}' differ in length or depth; nest them as the shape is.");
        }

        if (input.Problem(input.Type, shape) is { } problem)
        {
            throw new ModelPackException(SampleErrors.DoesNotFit, $"{place}: {problem}; nest the values as the shape is.");
        }

        try
        {
            return input.Type == OnnxElementType.String
                ? SampleTensor.Of([.. shape], [.. leaves.Select(leaf => leaf.GetString() ?? string.Empty)])
                : SampleTensor.Of(input.Type, [.. shape], [.. leaves.SelectMany(Numbers.TryGetValue(input.Type, out Func<JsonElement, byte[]>? bytes) ? bytes : throw new InvalidOperationException($"{input.Type} has no JSON form"))]);
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException)
        {
            throw new ModelPackException(SampleErrors.DoesNotFit, $"{place}: the values of input '{input.Name}' are not all {input.Type}; write values of that type.", e);
        }
    }

    private static bool Flatten(JsonElement value, List<long> shape, int depth, List<JsonElement> leaves)
    {
        if (depth == shape.Count)
        {
            leaves.Add(value);
            return value.ValueKind != JsonValueKind.Array;
        }

        return value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == shape[depth] && value.EnumerateArray().All(inner => Flatten(inner, shape, depth + 1, leaves));
    }
}
