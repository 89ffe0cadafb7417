using ModelPack.Packing.Manifests;

namespace ModelPack.Packing;

/// <summary>A packed model.</summary>
/// <param name="Name">Name of the model.</param>
/// <param name="Key">SHA-256 over engine version, recipe and source bytes, lower-case hexadecimal.</param>
/// <param name="Folder">The output folder, or the folder in the store, which must not be changed.</param>
/// <param name="Manifest">Content of modelpack.json.</param>
/// <param name="ManifestJson">modelpack.json, as written.</param>
/// <param name="FromStore">True when nothing had to be quantized.</param>
public sealed record PackResult(string Name, string Key, string Folder, PackManifest Manifest, string ManifestJson, bool FromStore);
