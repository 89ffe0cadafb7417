using System.Security.Cryptography;
using Microsoft.Extensions.AI;

namespace SemanticSearch;

/// <summary>Keeps the embeddings of a folder's text files up to date and searches them.</summary>
internal sealed class TextIndex(IEmbeddingGenerator<string, Embedding<float>> generator, VectorStore store)
{
    private static readonly string[] Extensions = [".txt", ".md"];

    /// <summary>Embeds files that are new or have changed, and forgets those that are gone.</summary>
    /// <returns>Passages embedded, files removed.</returns>
    public async Task<(int Embedded, int Removed)> UpdateAsync(string folder)
    {
        string[] files = [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(file => Extensions.Contains(Path.GetExtension(file))).Order(StringComparer.Ordinal)];
        IReadOnlyDictionary<string, string> known = store.Files();
        var seen = new HashSet<string>();
        int embedded = 0;
        foreach (string path in files)
        {
            string file = Path.GetRelativePath(folder, path);
            byte[] bytes = await File.ReadAllBytesAsync(path);
            string hash = Convert.ToHexString(SHA256.HashData(bytes));
            seen.Add(file);
            if (known.GetValueOrDefault(file) == hash)
            {
                continue;
            }

            string[] passages = [.. Passages.Of(await File.ReadAllTextAsync(path))];
            GeneratedEmbeddings<Embedding<float>> vectors = await generator.GenerateAsync(passages);
            store.Replace(file, hash, passages, [.. vectors.Select(vector => Normalized(vector.Vector))]);
            embedded += passages.Length;
        }

        string[] gone = [.. known.Keys.Except(seen)];
        foreach (string file in gone)
        {
            store.Remove(file);
        }

        return (embedded, gone.Length);
    }

    /// <summary>The passages nearest to a question.</summary>
    public async Task<IReadOnlyList<Hit>> SearchAsync(string question, int count)
    {
        ReadOnlyMemory<float> vector = await generator.GenerateVectorAsync(question);
        return store.Nearest(Normalized(vector), count);
    }

    // Vectors of length 1: their dot product is the cosine.
    private static float[] Normalized(ReadOnlyMemory<float> vector)
    {
        float[] values = vector.ToArray();
        float length = MathF.Sqrt(values.Sum(value => value * value));
        return length > 0 ? Array.ConvertAll(values, value => value / length) : values;
    }
}
