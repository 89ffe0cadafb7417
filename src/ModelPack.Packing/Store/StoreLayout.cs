namespace ModelPack.Packing.Store;

/// <summary>Paths inside a store. A finished model is one folder that one rename has put in its place.</summary>
/// <param name="Root">Full path of the store.</param>
internal sealed record StoreLayout(string Root)
{
    public const string ContentName = "model";
    public const string ManifestName = "entry.json";

    public string Models => Path.Combine(Root, "models");

    public string Tensors => Path.Combine(Root, "tensors");

    public string Staging => Path.Combine(Root, "staging");

    public string Locks => Path.Combine(Root, "locks");

    public string Hashes => Path.Combine(Root, "hashes");

    public string Model(string key) => Path.Combine(Models, Checked(key));

    public string Lock(string key) => Path.Combine(Locks, Checked(key) + ".lock");

    public string Tensor(string key) => Path.Combine(Tensors, Checked(key)[..2], key);

    /// <summary>A new path in the staging folder, which lies on the same file system as its target; it starts with the key that locks it.</summary>
    public string Stage(string key) => Path.Combine(Staging, $"{key}.{Environment.ProcessId}-{Guid.NewGuid():N}");

    /// <summary>The key in the name of something staged.</summary>
    public static string StagedKey(string path) => Path.GetFileName(path).Split('.')[0];

    /// <summary>True for 8 to 128 lower-case letters, digits, - and _.</summary>
    public static bool IsKey(string key) =>
        key.Length is >= 8 and <= 128 && key.All(c => c is (>= '0' and <= '9') or (>= 'a' and <= 'z') or '-' or '_');

    private static string Checked(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return IsKey(key) ? key : throw new ArgumentException($"'{key}' is not a key: 8 to 128 lower-case letters, digits, - and _.", nameof(key));
    }
}
