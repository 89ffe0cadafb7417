namespace ModelPack.LlamaCpp;

/// <summary>A tensor as ggml's reader sees it.</summary>
/// <param name="Name">Name.</param>
/// <param name="Type">ggml's number of the type.</param>
/// <param name="Dimensions">Four dimensions, fastest first; 1 where the file has none.</param>
/// <param name="Offset">First byte in the file.</param>
/// <param name="Bytes">Bytes without padding.</param>
public sealed record GgmlTensorInfo(string Name, int Type, IReadOnlyList<long> Dimensions, long Offset, long Bytes);
