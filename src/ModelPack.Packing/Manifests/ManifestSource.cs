namespace ModelPack.Packing.Manifests;

/// <summary>The source of a packed model.</summary>
/// <param name="Kind">huggingface, gguf or onnx.</param>
/// <param name="ModelType">model_type of config.json; the name of an ONNX file's graph.</param>
/// <param name="Files">The files the key depends on, names relative to the source folder.</param>
public sealed record ManifestSource(string Kind, string ModelType, IReadOnlyList<ManifestFile> Files);
