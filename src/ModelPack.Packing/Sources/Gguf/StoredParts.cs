using ModelPack.Formats.Gguf;
using ModelPack.Packing.Architectures;
using ModelPack.Packing.Architectures.Families;

namespace ModelPack.Packing.Sources.Gguf;

/// <summary>Every weight of a GGUF file under its published name.</summary>
internal static class StoredParts
{
    private const string Weight = ".weight";
    private const string Bias = ".bias";

    // Numbers of rope, which the configuration holds.
    private static readonly string[] Rope = [GgufRope.Divisors, GgufRope.LongFactors, GgufRope.ShortFactors];

    /// <summary>Finds them.</summary>
    /// <param name="metadata">The metadata.</param>
    /// <param name="model">The file.</param>
    /// <param name="stored">How the family is stored.</param>
    /// <param name="decoder">The decoder, as far as its configuration says, with a tensor for each weight.</param>
    /// <param name="experts">Number of experts; 0: none.</param>
    /// <exception cref="ModelPackException">MPK1426: a tensor has no place, or a size that no weight has; MPK1427: a type that is not decoded.</exception>
    public static Dictionary<string, StoredPart> Of(GgufMetadata metadata, GgufModel model, GgufFamily stored, DecoderArchitecture decoder, int experts)
    {
        Dictionary<string, GgufTensor> tensors = model.Tensors.Where(tensor => !Rope.Contains(tensor.Name)).ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
        var parts = new Dictionary<string, StoredPart>(StringComparer.Ordinal);
        FamilyDefinition family = decoder.Family;

        // llama.cpp takes queries, keys and values in one tensor or in three.
        GgufModule[] inside =
        [
            .. GgufModules.Inside(family, stored, (decoder.Heads, decoder.KvHeads, experts)),
            .. GgufModules.Inside(family, stored with { FusesQueryKeyValue = !stored.FusesQueryKeyValue }, (decoder.Heads, decoder.KvHeads, experts)),
        ];
        foreach ((GgufModule module, int? layer) in GgufModules.Outside(family.Names).Select(module => (module, (int?)null))
            .Concat(Enumerable.Range(0, decoder.Layers).SelectMany(layer => inside.DistinctBy(module => module.Name).Select(module => (module, (int?)layer)))))
        {
            foreach (string ending in new[] { Weight, Bias })
            {
                if (tensors.Remove(GgufModules.Tensor(layer, module.Name, ending), out GgufTensor? tensor))
                {
                    Add(parts, metadata, decoder, stored, module, layer, tensor, module.IsBare ? string.Empty : ending);
                }
            }
        }

        return tensors.Values.FirstOrDefault() is not { } nameless ? parts : throw NoPlace(metadata, nameless);
    }

    private static void Add(
        Dictionary<string, StoredPart> parts, GgufMetadata metadata, DecoderArchitecture decoder, GgufFamily stored, GgufModule module, int? layer, GgufTensor tensor, string ending)
    {
        if (!tensor.CanDecode)
        {
            throw metadata.Error(
                SourceErrors.GgufTensorType, $"tensor '{tensor.Name}' is stored as {tensor.Type}, which this version does not decode; take a file of another type, such as Q4_K_M or Q8_0");
        }

        string prefix = layer is int index ? decoder.Family.Names.Layer(index) : string.Empty;
        IReadOnlyList<long>[] shapes = Shapes(decoder, module, tensor) ?? throw metadata.Error(
            SourceErrors.GgufTensor, $"tensor '{tensor.Name}' is [{string.Join(", ", tensor.Shape)}], which is not the size of {string.Join(", ", module.Parts)} together; convert the model again");
        long start = 0;
        for (int i = 0; i < shapes.Length; i++)
        {
            string part = module.Parts[i];
            bool turned = stored.RotatesNeighbours && (part == decoder.Family.Names.Query || part == decoder.Family.Names.Key);
            var place = new StoredPart(tensor, shapes[i]) { Start = start, HeadRows = turned ? decoder.HeadSize : 0 };
            if (!parts.TryAdd(prefix + part + ending, place))
            {
                throw NoPlace(metadata, tensor);
            }

            start += shapes[i].Aggregate(1L, (product, extent) => product * extent);
        }
    }

    /// <summary>The shapes of the parts of a tensor; null where they are not those of the model.</summary>
    private static IReadOnlyList<long>[]? Shapes(DecoderArchitecture decoder, GgufModule module, GgufTensor tensor)
    {
        IReadOnlyList<long> shape = tensor.Shape;
        int count = module.Parts.Count;
        if (module.IsStacked)
        {
            return shape.Count > 1 && shape[0] == count ? [.. Enumerable.Repeat<IReadOnlyList<long>>([.. shape.Skip(1)], count)] : null;
        }

        if (count == 1)
        {
            // A gate with one output is stored as a vector.
            return [module.Name == GgufModules.SharedGate ? [1, shape[^1]] : shape];
        }

        long heads = (long)decoder.Heads * decoder.HeadSize, keys = (long)decoder.KvHeads * decoder.HeadSize;
        long[] rows = count == 2 ? [shape[0] / 2, shape[0] / 2] : [heads, keys, keys];
        return rows.Sum() == shape[0] ? [.. rows.Select(row => (IReadOnlyList<long>)[row, .. shape.Skip(1)])] : null;
    }

    private static ModelPackException NoPlace(GgufMetadata metadata, GgufTensor tensor) => metadata.Error(
        SourceErrors.GgufTensor, $"tensor '{tensor.Name}' has no place in the models of this architecture that this version knows; take the model's Hugging Face folder");
}
