using ModelPack.Packing.Architectures;
using ModelPack.Packing.Recipes;
using ModelPack.Quantization;

namespace ModelPack.Packing.Planning;

/// <summary>Turns the recipe's words about a weight into the way the ONNX graph stores it.</summary>
internal static class StoragePlanner
{
    // What MatMulNBits takes.
    private static readonly int[] GroupSizes = [16, 32, 64, 128, 256];

    /// <summary>Storage of one weight.</summary>
    public static WeightStorage Choose(DecoderWeight weight, Recipe recipe)
    {
        if (!weight.IsMatrix)
        {
            return Unquantized(weight, recipe);
        }

        WeightSetting setting = recipe.Resolve(weight.Name, PlaceOf(weight.Role));
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
            ? new WeightStorage.Quantized(new QuantizationScheme(setting.Bits, inputs, setting.Symmetric))
            : Unquantized(weight, recipe);
    }

    /// <summary>Bytes of a weight in a storage: values, or codes, scales and zero points.</summary>
    public static long Bytes(DecoderWeight weight, WeightStorage storage) => storage switch
    {
        WeightStorage.Quantized { Scheme: var scheme } =>
            weight.Rows * ((long)scheme.CodeBytesPerRow(weight.Columns) + (2L * scheme.GroupsPerRow(weight.Columns)) + scheme.ZeroPointBytesPerRow(weight.Columns)),
        _ => weight.ElementCount * FloatBytes(storage),
    };

    /// <summary>Bytes of one value of a float storage.</summary>
    public static int FloatBytes(WeightStorage storage) => storage is WeightStorage.Float32 ? 4 : 2;

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
