using ModelPack.Formats.Gguf;
using ModelPack.Formats.Numerics;
using ModelPack.Packing.Architectures;
using ModelPack.Packing.Recipes;
using ModelPack.Packing.Writing.Gguf;

namespace ModelPack.Packing.Planning.Gguf;

/// <summary>Gives every tensor of a GGUF file its type: the file type's mixture, then the recipe's own words about single weights, then what the rows allow.</summary>
internal static class TensorTypePlanner
{
    // What HeadBits, EmbeddingBits and the bits of an Override mean.
    private static readonly Dictionary<int, GgufTensorType> TypeOfBits = new()
    {
        [2] = GgufTensorType.Q2_K, [3] = GgufTensorType.Q3_K, [4] = GgufTensorType.Q4_K, [5] = GgufTensorType.Q5_K, [6] = GgufTensorType.Q6_K, [8] = GgufTensorType.Q8_0,
    };

    private static readonly Dictionary<ElementType, GgufTensorType> TypeOfSource = new()
    {
        [ElementType.Float16] = GgufTensorType.F16, [ElementType.BFloat16] = GgufTensorType.BF16,
    };

    private static readonly HashSet<string> FileTypesOfFourBits = ["Q2_K", "Q3_K_S", "Q3_K_M", "IQ4_NL", "Q4_K_S", "Q4_K_M", "IQ4_XS"];

    /// <summary>The file type of a recipe: Type, else what Bits means.</summary>
    public static FileType FileTypeOf(Recipe recipe, DecoderArchitecture architecture) => recipe.Type is { } name
        ? FileTypes.Find(name)
        : FileTypes.OfBits(recipe.Bits ?? Recipe.DefaultBits) ?? FileTypes.Find(Unquantized(architecture.Embedding.Table).ToString());

    /// <summary>Types by the checkpoint's names, and what the rows changed.</summary>
    /// <param name="architecture">The decoder.</param>
    /// <param name="recipe">The recipe.</param>
    /// <exception cref="ModelPackException">MPK1701: llama.cpp does not know the family; MPK1310: two settings for one table.</exception>
    public static IReadOnlyDictionary<string, PlannedType> Plan(DecoderArchitecture architecture, Recipe recipe)
    {
        FileType fileType = FileTypeOf(recipe, architecture);
        var types = new Dictionary<string, PlannedType>(StringComparer.Ordinal);
        foreach (NamedTensor tensor in TensorNames.Of(architecture))
        {
            DecoderWeight[] weights = [.. tensor.Parts.Select(part => part.Weight)];
            GgufTensorType wanted = !weights[0].IsMatrix ? GgufTensorType.F32 : Wanted(weights, fileType, architecture, recipe);
            foreach (DecoderWeight weight in weights)
            {
                types[weight.Name] = new PlannedType(wanted, RowFallback.Fit(wanted, weight.Columns));
            }
        }

        return types;
    }

    /// <summary>The type that keeps a weight's values: the source's own, where GGUF has it.</summary>
    public static GgufTensorType Unquantized(DecoderWeight weight) => TypeOfSource.GetValueOrDefault(weight.SourceType, GgufTensorType.F32);

    /// <summary>The type of a tensor. What is said of one of its weights holds for all of them.</summary>
    private static GgufTensorType Wanted(DecoderWeight[] weights, FileType fileType, DecoderArchitecture architecture, Recipe recipe)
    {
        DecoderWeight weight = weights[0];
        if (recipe.Overrides.LastOrDefault(rule => weights.Any(part => rule.Matches(part.Name))) is { } rule)
        {
            return rule.Type ?? OfBits(rule.Bits, weight);
        }

        if (TableBits(weight, recipe) is { } bits)
        {
            return OfBits(bits, weight);
        }

        // Queries, keys and values in one tensor are treated as values.
        TensorKind kind = weights.Any(part => part.Role == WeightRole.Value) ? TensorKind.Value : KindOf(weight.Role);
        if (HasEightExperts(architecture) && OfEightExperts(weight.Role, fileType) is { } chosen)
        {
            return chosen;
        }

        var place = new TensorPlace(weight.Layer ?? 0, architecture.Layers, architecture.Heads / architecture.KvHeads, recipe.Calibration is not null);
        GgufTensorType type = fileType.TypeOf(kind, place, weight.Columns);

        // The one model of 80 blocks that llama.cpp knows by that number, and whose eight query heads share each value head.
        bool lifted = kind == TensorKind.Value && architecture is { Layers: 80 } && architecture.Heads != architecture.KvHeads && TensorNames.FamilyOf(architecture).Architecture == "llama";
        return lifted && type is GgufTensorType.Q3_K or GgufTensorType.Q4_K ? GgufTensorType.Q5_K : type;
    }

    private static bool HasEightExperts(DecoderArchitecture architecture) => architecture.Blocks.Any(layer => layer.Mixture is { Experts.Count: 8 });

    // llama.cpp's rule for Mixtral, whose attention is small beside its experts; other numbers of experts have none.
    private static GgufTensorType? OfEightExperts(WeightRole role, FileType fileType) =>
        !fileType.IsQuantized ? null
        : role is WeightRole.Key or WeightRole.Value ? GgufTensorType.Q8_0
        : role is WeightRole.Output && FileTypesOfFourBits.Contains(fileType.Name) ? GgufTensorType.Q5_K
        : null;

    private static GgufTensorType OfBits(int bits, DecoderWeight weight) => TypeOfBits.TryGetValue(bits, out GgufTensorType type) ? type : Unquantized(weight);

    // A tied table takes whichever is given; that both differ has been refused.
    private static int? TableBits(DecoderWeight weight, Recipe recipe) => weight.Role switch
    {
        WeightRole.Embedding => recipe.EmbeddingBits,
        WeightRole.Head => recipe.HeadBits,
        WeightRole.TiedEmbedding when recipe.HeadBits is not null || recipe.EmbeddingBits is not null => recipe.Resolve(weight.Name, WeightPlace.TiedTable).Bits,
        _ => null,
    };

    private static TensorKind KindOf(WeightRole role) => role switch
    {
        WeightRole.Embedding => TensorKind.Embedding,
        WeightRole.Head or WeightRole.TiedEmbedding => TensorKind.Output,
        WeightRole.Value => TensorKind.Value,
        WeightRole.Output => TensorKind.AttentionOutput,
        WeightRole.Down => TensorKind.Down,
        _ => TensorKind.Other,
    };
}
