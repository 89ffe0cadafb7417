using ModelPack.Packing.Architectures;
using ModelPack.Packing.Architectures.Families;

namespace ModelPack.Packing.Writing.Gguf;

/// <summary>A decoder's weights as the tensors of a GGUF file, in their order there.</summary>
internal static class TensorNames
{
    public const string Embedding = GgufModules.Embedding + Weight;
    private const string Weight = ".weight";
    private const string Bias = ".bias";

    /// <summary>Every tensor, in the order in which llama.cpp's quantizer writes them: outside the blocks by name, then block by block by name.</summary>
    /// <exception cref="ModelPackException">MPK1701: llama.cpp does not compute the model.</exception>
    public static IReadOnlyList<NamedTensor> Of(DecoderArchitecture architecture)
    {
        GgufFamily gguf = FamilyOf(architecture);
        if (GgufVariants.Of(architecture, gguf) is { } lack)
        {
            throw Refused(architecture, $"llama.cpp's architecture {gguf.Architecture} does not have {lack}");
        }

        FamilyDefinition family = architecture.Family;
        (int, int, int) sizes = (architecture.Heads, architecture.KvHeads, architecture.Blocks.Max(layer => layer.Mixture?.Experts.Count ?? 0));
        GgufModule[] inside = [.. GgufModules.Inside(family, gguf, sizes)];
        Dictionary<string, DecoderWeight> weights = architecture.Weights.ToDictionary(weight => Unprefixed(weight.Name, family.Names.OptionalPrefix), StringComparer.Ordinal);
        NamedTensor[] tensors =
        [
            .. GgufModules.Outside(family.Names).SelectMany(module => Tensors(architecture, gguf, module, null, weights)),
            .. Enumerable.Range(0, architecture.Layers).SelectMany(layer => inside.SelectMany(module => Tensors(architecture, gguf, module, layer, weights))),
        ];
        DecoderWeight? nameless = architecture.Weights.Except(tensors.SelectMany(tensor => tensor.Parts).Select(part => part.Weight)).FirstOrDefault();
        return nameless is null
            ? [.. tensors.OrderBy(tensor => tensor.Parts[0].Weight.Layer ?? -1).ThenBy(tensor => tensor.Name, StringComparer.Ordinal)]
            : throw Refused(architecture, $"llama.cpp's architecture {gguf.Architecture} has no place for {nameless.Name}");
    }

    /// <summary>Every weight, in the order of the file.</summary>
    /// <exception cref="ModelPackException">MPK1701: llama.cpp does not compute the model.</exception>
    public static IReadOnlyList<NamedWeight> WeightsOf(DecoderArchitecture architecture) => [.. Of(architecture).SelectMany(tensor => tensor.Parts)];

    /// <summary>The family in GGUF files.</summary>
    /// <exception cref="ModelPackException">MPK1701: llama.cpp does not know it.</exception>
    public static GgufFamily FamilyOf(DecoderArchitecture architecture) => GgufFamilyTable.Find(architecture.ModelType) ?? throw new ModelPackException(
        GgufOutputErrors.UnknownFamily,
        $"{architecture.ConfigFile}: {GgufFamilyTable.WhyNot(architecture.ModelType)}; pack the model as Format onnx. GGUF is written for {string.Join(", ", GgufFamilyTable.ModelTypes)}.");

    private static IEnumerable<NamedTensor> Tensors(DecoderArchitecture architecture, GgufFamily gguf, GgufModule module, int? layer, Dictionary<string, DecoderWeight> weights)
    {
        string prefix = layer is int index ? architecture.Family.Names.Layer(index) : string.Empty;
        foreach (string ending in new[] { Weight, Bias })
        {
            DecoderWeight[] parts = [.. module.Parts.Select(part => weights.GetValueOrDefault(prefix + part + (module.IsBare ? string.Empty : ending))).OfType<DecoderWeight>()];
            if (parts.Length > 0 && (ending == Weight || (gguf.Biases.Contains(module.Name) && !module.IsBare)))
            {
                string name = GgufModules.Tensor(layer, module.Name, ending);
                yield return new NamedTensor(name, Shape(architecture, module, parts), Named(architecture, gguf, module, name, parts));
            }
        }
    }

    private static NamedWeight[] Named(DecoderArchitecture architecture, GgufFamily gguf, GgufModule module, string name, DecoderWeight[] parts)
    {
        var named = new NamedWeight[parts.Length];
        long start = 0;
        for (int i = 0; i < parts.Length; i++)
        {
            named[i] = new NamedWeight(name, parts[i])
            {
                Start = start,
                HeadRows = module.IsTurned && gguf.RotatesNeighbours ? architecture.HeadSize : 0,
                Factor = IsQuery(architecture, module, i) ? gguf.QueryFactor(architecture, parts[i].Layer!.Value) : 1,
            };
            start += parts[i].ElementCount;
        }

        return named;
    }

    /// <summary>True for what the scores are proportional to: factors of the queries' norm, or the projection where there is none.</summary>
    private static bool IsQuery(DecoderArchitecture architecture, GgufModule module, int part) => architecture.Family.Attention.Norms == QueryKeyNorm.None
        ? module.Name == GgufModules.Query || (module.Name == GgufModules.QueryKeyValue && part == 0)
        : module.Name == GgufModules.QueryNorm;

    private static long[] Shape(DecoderArchitecture architecture, GgufModule module, DecoderWeight[] parts)
    {
        int rows = parts[0].Rows, columns = parts[0].Columns;
        return module.IsOfHeads ? [columns / architecture.HeadSize, architecture.HeadSize]
            : module.IsStacked ? rows == 1 ? [parts.Length, columns] : [parts.Length, rows, columns]
            : rows == 1 ? [parts.Sum(part => (long)part.Columns)]
            : [parts.Sum(part => (long)part.Rows), columns];
    }

    private static string Unprefixed(string name, string prefix) => prefix.Length > 0 && name.StartsWith(prefix, StringComparison.Ordinal) ? name[prefix.Length..] : name;

    private static ModelPackException Refused(DecoderArchitecture architecture, string why) =>
        new(GgufOutputErrors.UnknownFamily, $"{architecture.ConfigFile}: {why}; pack the model as Format onnx.");
}
