using ModelPack.Formats.Gguf;
using ModelPack.Packing.Architectures;

namespace ModelPack.Packing.Planning.Gguf;

/// <summary>GGUF types as storage of a decoder's weights, and the other way round.</summary>
internal static class TensorStorage
{
    private static readonly Dictionary<GgufTensorType, WeightStorage> Floats = new()
    {
        [GgufTensorType.F32] = new WeightStorage.Float32(),
        [GgufTensorType.F16] = new WeightStorage.Float16(),
        [GgufTensorType.BF16] = new WeightStorage.BFloat16(),
    };

    /// <summary>The storage of a type.</summary>
    public static WeightStorage Of(GgufTensorType type) => Floats.GetValueOrDefault(type) ?? new WeightStorage.Blocks(type);

    /// <summary>The type of a storage that a GGUF file has.</summary>
    public static GgufTensorType TypeOf(WeightStorage storage) => storage is WeightStorage.Blocks { Type: var type } ? type : Floats.First(pair => pair.Value == storage).Key;

    /// <summary>How a weight is stored, for plans and manifests.</summary>
    public static PlannedWeight Describe(DecoderWeight weight, WeightStorage storage)
    {
        long bytes = StoragePlanner.Bytes(weight, storage);
        string name = TypeOf(storage).ToString();
        return storage is WeightStorage.Blocks { Type: var type } && GgufBlocks.Shape(type) is var shape
            ? new PlannedWeight(weight.Name, [weight.Rows, weight.Columns], shape.CodeBits, shape.SubBlockElements, !shape.HasMinimums, "rtn", bytes) { Type = name }
            : new PlannedWeight(weight.Name, [weight.Rows, weight.Columns], 8 * StoragePlanner.FloatBytes(storage), 0, true, "none", bytes) { Type = name };
    }
}
