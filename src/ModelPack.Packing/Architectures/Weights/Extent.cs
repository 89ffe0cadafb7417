namespace ModelPack.Packing.Architectures.Weights;

/// <summary>A length of a tensor and the fields of config.json that it comes from, for messages.</summary>
internal readonly record struct Extent(int Size, string Fields);
