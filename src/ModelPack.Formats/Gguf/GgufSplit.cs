using System.Globalization;
using System.Text.RegularExpressions;
using static ModelPack.Formats.Gguf.GgufErrors;

namespace ModelPack.Formats.Gguf;

/// <summary>What a shard says about itself.</summary>
/// <param name="Index">Its place, from 0.</param>
/// <param name="Count">Number of shards.</param>
/// <param name="Tensors">Tensors of all shards together.</param>
internal sealed partial record GgufSplit(int Index, int Count, int Tensors)
{
    private const string IndexKey = "split.no";
    private const string CountKey = "split.count";
    private const string TensorsKey = "split.tensors.count";

    /// <summary>The keys; llama.cpp does not load a single file that has them.</summary>
    public static IReadOnlyList<string> Keys { get; } = [IndexKey, CountKey, TensorsKey];

    /// <summary>What a file says, or null where it is no shard.</summary>
    /// <exception cref="ModelPackException">MPK1525: only some of the keys, of other types, or out of range.</exception>
    public static GgufSplit? Read(GgufFile file)
    {
        if (!Keys.Any(file.Metadata.ContainsKey))
        {
            return null;
        }

        return Value(IndexKey) is ushort index && Value(CountKey) is ushort count && Value(TensorsKey) is int tensors && index < count && tensors >= 0
            ? new GgufSplit(index, count, tensors)
            : throw new ModelPackException(ShardOfAnother, $"{file.Path}: {string.Join(", ", Keys)} must say which shard of how many this is; split the model again with a current llama.cpp.");

        object? Value(string key) => file.Metadata.TryGetValue(key, out GgufValue? value) ? value.Content : null;
    }

    /// <summary>The paths of all shards.</summary>
    /// <exception cref="ModelPackException">MPK1525: this one is not called after its place.</exception>
    public string[] Paths(string path)
    {
        Match name = Name().Match(path);
        return name.Success && path == At(name.Groups[1].Value, Index)
            ? [.. Enumerable.Range(0, Count).Select(index => At(name.Groups[1].Value, index))]
            : throw new ModelPackException(ShardOfAnother, $"{path}: this is shard {Index + 1} of {Count}, and shards are found by their names; call it {At("NAME", Index)} and keep all of them in one folder.");
    }

    private string At(string prefix, int index) => string.Create(CultureInfo.InvariantCulture, $"{prefix}-{index + 1:d5}-of-{Count:d5}.gguf");

    [GeneratedRegex("^(.*)-[0-9]{5}-of-[0-9]{5}\\.gguf$", RegexOptions.Singleline)]
    private static partial Regex Name();
}
