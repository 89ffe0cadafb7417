using ModelPack.Formats.Gguf;

namespace ModelPack.Packing.Sources.Gguf;

/// <summary>The tensors of numbers that divide rope's frequencies; null where a file has none.</summary>
internal sealed class RopeDivisors(GgufMetadata metadata, GgufModel model)
{
    /// <summary>Of all texts.</summary>
    public float[]? All => Read(GgufRope.Divisors);

    /// <summary>Of texts up to the original length.</summary>
    public float[]? Short => Read(GgufRope.ShortFactors);

    /// <summary>Of longer texts.</summary>
    public float[]? Long => Read(GgufRope.LongFactors);

    private float[]? Read(string name)
    {
        GgufTensor? tensor = model.Tensors.FirstOrDefault(tensor => tensor.Name == name);
        if (tensor is null)
        {
            return null;
        }

        if (tensor.Type != GgufTensorType.F32)
        {
            throw metadata.Error(SourceErrors.GgufTensorType, $"tensor '{name}' is stored as {tensor.Type} where F32 belongs; convert the model again");
        }

        var divisors = new float[tensor.ElementCount];
        tensor.ReadFloat32(0, divisors);
        return divisors;
    }
}
