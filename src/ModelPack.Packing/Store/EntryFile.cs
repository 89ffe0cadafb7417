namespace ModelPack.Packing.Store;

/// <summary>One file of a stored model.</summary>
/// <param name="Name">Path relative to the model's folder, with forward slashes.</param>
/// <param name="Bytes">Length.</param>
/// <param name="Modified">Time of the last write when it was published, UTC ticks: while it stays, the content is taken as checked.</param>
/// <param name="Sha256">Content hash, lower-case hexadecimal.</param>
internal sealed record EntryFile(string Name, long Bytes, long Modified, string Sha256);
