namespace ModelPack.Packing.Manifests;

/// <summary>One file.</summary>
/// <param name="Name">Name relative to its folder.</param>
/// <param name="Bytes">Length.</param>
/// <param name="Sha256">Content hash, lower-case hexadecimal.</param>
public sealed record ManifestFile(string Name, long Bytes, string Sha256);
