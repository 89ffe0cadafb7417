using ModelPack.Formats.Gguf;
using ModelPack.Packing.Architectures;
using ModelPack.Packing.Recipes;
using ModelPack.Packing.Sources;
using ModelPack.Quantization;

namespace ModelPack.Packing.Planning;

/// <summary>Turns the recipe's words about a weight into the way the ONNX graph stores it.</summary>
internal static class StoragePlanner
{
    // What MatMulNBits takes.
    private static readonly int[] GroupSizes = [16, 32, 64, 128, 256];

    // Methods that are not here store integer codes, with zero points or without.
    private static readonly Dictionary<QuantizationMethod, CodeGrid> Grids = new()
    {
        [QuantizationMethod.Hqq] = CodeGrid.Offsets,
        [QuantizationMethod.Nf4] = CodeGrid.NormalFloat4,
        [QuantizationMethod.Fp4] = CodeGrid.Float4,
    };

    /// <summary>Storage of one weight.</summary>
    public static WeightStorage Choose(DecoderWeight weight, Recipe recipe)
    {
        if (!weight.IsMatrix)
        {
            return Unquantized(weight, recipe);
        }

        WeightSetting setting = SettingOf(weight, recipe);
        if (!setting.IsQuantized)
        {
            return Unquantized(weight, recipe);
        }

        int? group = setting.GroupSize.Inputs;
        if (IsTable(weight.Role))
        {
            // GatherBlockQuantized reads whole groups only.
            group = GroupSizes.Where(size => size <= group && weight.Columns % size == 0).Select(size => (int?)size).LastOrDefault();
        }

        return group is { } inputs
            ? new WeightStorage.Quantized(new QuantizationScheme(setting.Bits, inputs, GridOf(weight, setting)))
            : Unquantized(weight, recipe);
    }

    /// <summary>Storage of one weight of a source, which may have codes of its own.</summary>
    public static WeightStorage Choose(DecoderWeight weight, Recipe recipe, ModelSource source) => !KeepsStorage(weight, recipe, source)
        ? Choose(weight, recipe)
        : source.SchemeOf(weight) is { } scheme ? new WeightStorage.Quantized(scheme) : Unquantized(weight, recipe);

    /// <summary>
    /// True for a matrix that stays as its source stores it, since the recipe asks for nothing else. Bits are about linear weights: a quantized
    /// table stays too unless its own bits are given.
    /// </summary>
    public static bool KeepsStorage(DecoderWeight weight, Recipe recipe, ModelSource source)
    {
        if (!weight.IsMatrix || !source.HasCodes || recipe.Overrides.Any(rule => rule.Matches(weight.Name)))
        {
            return false;
        }

        bool tableStays = recipe.KeepsStoredCodes || source.SchemeOf(weight) is not null;
        return PlaceOf(weight.Role) switch
        {
            WeightPlace.Head => tableStays && recipe.HeadBits is null,
            WeightPlace.Embedding => tableStays && recipe.EmbeddingBits is null,
            WeightPlace.TiedTable => tableStays && recipe.HeadBits is null && recipe.EmbeddingBits is null,
            _ => recipe.KeepsStoredCodes,
        };
    }

    /// <summary>What the recipe says about a matrix.</summary>
    public static WeightSetting SettingOf(DecoderWeight weight, Recipe recipe) => recipe.Resolve(weight.Name, PlaceOf(weight.Role));

    /// <summary>How the codes of a matrix are chosen; tables, which are looked up by rows, are not calibrated.</summary>
    public static QuantizationMethod MethodOf(DecoderWeight weight, Recipe recipe)
    {
        QuantizationMethod method = SettingOf(weight, recipe).Method;
        return weight.Layer is null && Calibration.CalibratedMethods.UsesInputs(method) ? QuantizationMethod.RoundToNearest : method;
    }

    /// <summary>Bytes of a weight in a storage: values, or codes, scales and zero points.</summary>
    public static long Bytes(DecoderWeight weight, WeightStorage storage) => storage switch
    {
        WeightStorage.Quantized { Scheme: var scheme } =>
            weight.Rows * ((long)scheme.CodeBytesPerRow(weight.Columns) + scheme.ScaleBytesPerRow(weight.Columns) + scheme.ZeroPointBytesPerRow(weight.Columns)),
        WeightStorage.Blocks { Type: var type } => weight.ElementCount / type.ElementsPerBlock() * type.BytesPerBlock(),
        _ => weight.ElementCount * FloatBytes(storage),
    };

    /// <summary>Bytes of one value of a float storage.</summary>
    public static int FloatBytes(WeightStorage storage) => storage is WeightStorage.Float32 ? 4 : 2;

    private static CodeGrid GridOf(DecoderWeight weight, WeightSetting setting)
    {
        if (!Grids.TryGetValue(setting.Method, out CodeGrid grid))
        {
            return setting.Symmetric ? CodeGrid.Symmetric : CodeGrid.ZeroPoints;
        }

        string method = SettingSyntax.Method.Format(setting.Method);
        if (IsTable(weight.Role))
        {
            throw new ModelPackException(
                RecipeErrors.ValuesDoNotFit, $"An Override gives {weight.Name} the method {method}, and a table is looked up by an operator that knows only rtn's codes; leave the method out.");
        }

        if (grid is CodeGrid.NormalFloat4 or CodeGrid.Float4 && setting.Bits != 4)
        {
            throw new ModelPackException(
                RecipeErrors.ValuesDoNotFit, $"An Override gives {weight.Name} {setting.Bits} bits, and the method {method} has 4; add another method to it, such as '{setting.Bits},rtn'.");
        }

        return grid;
    }

    private static WeightStorage Unquantized(DecoderWeight weight, Recipe recipe) =>
        recipe.Target == PackTarget.Cuda ? new WeightStorage.Float16() : WeightStorage.Lossless(weight.SourceType);

    private static WeightPlace PlaceOf(WeightRole role) => role switch
    {
        WeightRole.Embedding => WeightPlace.Embedding,
        WeightRole.Head => WeightPlace.Head,
        WeightRole.TiedEmbedding => WeightPlace.TiedTable,
        _ => WeightPlace.Linear,
    };

    private static bool IsTable(WeightRole role) => role is WeightRole.Embedding or WeightRole.TiedEmbedding;
}
