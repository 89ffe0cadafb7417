using System.Runtime.InteropServices;
using System.Text.Json;
using ModelPack.Formats.Safetensors;

namespace ModelPack.SyntheticCheckpoint;

/// <summary>Writes a Hugging Face folder: config.json, safetensors shards with their index, the tokenizer of TinyTales.</summary>
internal static class CheckpointFolder
{
    private const long ShardBytes = 1_000_000_000;
    private const int PieceElements = 1 << 19;

    private static readonly string[] TokenizerFiles = ["tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "generation_config.json"];

    public static void Write(string folder, LlamaShape shape, ulong seed)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "config.json"), shape.Config());
        string tinyTales = FindTinyTales();
        foreach (string name in TokenizerFiles)
        {
            File.Copy(Path.Combine(tinyTales, name), Path.Combine(folder, name), overwrite: true);
        }

        List<List<(string Name, int Rows, int Columns)>> shards = Split(shape);
        var source = new GaussianSource(seed);
        var map = new SortedDictionary<string, string>(StringComparer.Ordinal);
        for (int i = 0; i < shards.Count; i++)
        {
            string name = shards.Count == 1 ? "model.safetensors" : $"model-{i + 1:d5}-of-{shards.Count:d5}.safetensors";
            WriteShard(Path.Combine(folder, name), shards[i], source);
            shards[i].ForEach(tensor => map.Add(tensor.Name, name));
        }

        if (shards.Count > 1)
        {
            var index = new { metadata = new { total_size = shape.Bytes }, weight_map = map };
            File.WriteAllText(Path.Combine(folder, "model.safetensors.index.json"), JsonSerializer.Serialize(index));
        }
    }

    private static List<List<(string Name, int Rows, int Columns)>> Split(LlamaShape shape)
    {
        var shards = new List<List<(string, int, int)>> { new() };
        long bytes = 0;
        foreach ((string name, int rows, int columns) in shape.Tensors())
        {
            long length = 2L * rows * columns;
            if (bytes > 0 && bytes + length > ShardBytes)
            {
                shards.Add([]);
                bytes = 0;
            }

            shards[^1].Add((name, rows, columns));
            bytes += length;
        }

        return shards;
    }

    private static void WriteShard(string path, List<(string Name, int Rows, int Columns)> tensors, GaussianSource source)
    {
        var declared = tensors.Select(t => (t.Name, LlamaShape.Type, (IReadOnlyList<long>)(t.Rows == 1 ? [t.Columns] : [t.Rows, t.Columns])));
        using SafetensorsWriter writer = SafetensorsWriter.Create(path, declared, new Dictionary<string, string> { ["format"] = "pt" });
        ushort[] piece = new ushort[PieceElements];
        foreach ((_, int rows, int columns) in tensors)
        {
            bool norm = rows == 1;
            if (!norm)
            {
                // Products keep the size of their input, so that the network computes finite numbers at any depth.
                source.Scale(1 / MathF.Sqrt(columns));
            }

            for (long left = (long)rows * columns; left > 0; left -= piece.Length)
            {
                Span<ushort> part = piece.AsSpan(0, (int)Math.Min(left, piece.Length));
                if (norm)
                {
                    part.Fill(GaussianSource.ToBFloat16(1));
                }
                else
                {
                    source.Fill(part);
                }

                writer.Write(MemoryMarshal.AsBytes(part));
            }
        }

        writer.Complete();
    }

    private static string FindTinyTales()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string models = Path.Combine(folder.FullName, "samples", "models", "tinytales");
            if (Directory.Exists(models))
            {
                return models;
            }
        }

        throw new InvalidOperationException("samples/models/tinytales was not found above " + AppContext.BaseDirectory);
    }
}
