using System.Text.Json;
using static ModelPack.Formats.Safetensors.SafetensorsErrors;

namespace ModelPack.Formats.Safetensors;

/// <summary>model.safetensors.index.json: which shard holds which tensor.</summary>
/// <param name="Path">Full path of the index.</param>
/// <param name="Shards">Shard file names in the order of their first mention.</param>
/// <param name="ShardOfTensor">File name of each tensor.</param>
internal sealed record SafetensorsIndex(string Path, IReadOnlyList<string> Shards, IReadOnlyDictionary<string, string> ShardOfTensor)
{
    private const long MaxLength = SafetensorsHeader.MaxHeaderLength;

    public static SafetensorsIndex Read(string path)
    {
        byte[] json;
        try
        {
            long length = new FileInfo(path).Length;
            json = length is > 0 and <= MaxLength ? File.ReadAllBytes(path) : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelPackException(Unreadable, $"{path}: the index cannot be read ({e.Message.TrimEnd('.')}); check that it is a file and that you may read it.", e);
        }

        try
        {
            return Parse(path, json);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new ModelPackException(IndexNotJson, $"{path}: the index is not JSON ({e.Message.TrimEnd('.')}); fetch or export it again.", e);
        }
    }

    private static SafetensorsIndex Parse(string path, ReadOnlySpan<byte> json)
    {
        var shards = new List<string>();
        var shardOfTensor = new Dictionary<string, string>(StringComparer.Ordinal);
        bool found = false;
        var reader = new Utf8JsonReader(json);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw WithoutWeightMap(path);
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isMap = reader.ValueTextEquals("weight_map");
            reader.Read();
            if (!isMap)
            {
                reader.Skip();
                continue;
            }

            if (found || reader.TokenType != JsonTokenType.StartObject)
            {
                throw WithoutWeightMap(path);
            }

            found = true;
            ReadWeightMap(path, ref reader, shards, shardOfTensor);
        }

        reader.Read();
        return found ? new SafetensorsIndex(path, shards, shardOfTensor) : throw WithoutWeightMap(path);
    }

    private static void ReadWeightMap(string path, ref Utf8JsonReader reader, List<string> shards, Dictionary<string, string> shardOfTensor)
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string tensor = reader.GetString()!;
            reader.Read();
            string shard = reader.TokenType == JsonTokenType.String ? reader.GetString()! : throw WithoutWeightMap(path);
            if (!IsPlainFileName(shard))
            {
                throw new ModelPackException(IndexPathEscapes, $"{path}: tensor '{tensor}' is said to be in '{shard}', which is not a plain file name beside the index; fetch or export the index again.");
            }

            if (!shardOfTensor.TryAdd(tensor, shard))
            {
                throw new ModelPackException(IndexDuplicateName, $"{path}: tensor '{tensor}' is in the index twice; fetch or export the index again.");
            }

            if (known.Add(shard))
            {
                shards.Add(shard);
            }
        }
    }

    // Rejected whatever the platform: an index is made on one system and used on another.
    private static bool IsPlainFileName(string name) =>
        name.Length > 0 && name is not ("." or "..") && name.AsSpan().IndexOfAny("/\\:\0") < 0;

    private static ModelPackException WithoutWeightMap(string path) =>
        new(IndexWithoutWeightMap, $"{path}: the index must hold one object weight_map of tensor names and file names; fetch or export the index again.");
}
