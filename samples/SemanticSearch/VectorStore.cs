using System.Numerics;
using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;

namespace SemanticSearch;

/// <summary>
/// Passages and their vectors in one SQLite file. The search is exact: it compares the question with every vector, some milliseconds for
/// a hundred thousand of them. Another model's vectors mean something else, so a file made with one is emptied.
/// </summary>
internal sealed class VectorStore : IDisposable
{
    private const string Schema = """
        CREATE TABLE IF NOT EXISTS model (key TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS files (name TEXT PRIMARY KEY, hash TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS passages (file TEXT NOT NULL REFERENCES files(name) ON DELETE CASCADE, text TEXT NOT NULL, vector BLOB NOT NULL);
        CREATE INDEX IF NOT EXISTS passages_of_file ON passages(file);
        """;

    private readonly SqliteConnection _connection;

    public VectorStore(string file, string modelKey)
    {
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, ForeignKeys = true }.ToString());
        _connection.Open();
        Execute(Schema);
        if (Scalar("SELECT key FROM model") as string != modelKey)
        {
            Execute("DELETE FROM passages; DELETE FROM files; DELETE FROM model; INSERT INTO model VALUES ($key)", ("$key", modelKey));
        }
    }

    /// <summary>Passages kept.</summary>
    public long Count => (long)Scalar("SELECT count(*) FROM passages")!;

    /// <summary>Hash of each file's content, by name.</summary>
    public IReadOnlyDictionary<string, string> Files()
    {
        var files = new Dictionary<string, string>();
        using SqliteDataReader reader = Command("SELECT name, hash FROM files").ExecuteReader();
        while (reader.Read())
        {
            files[reader.GetString(0)] = reader.GetString(1);
        }

        return files;
    }

    /// <summary>Keeps the passages of a file in place of those it had.</summary>
    public void Replace(string file, string hash, IReadOnlyList<string> passages, IReadOnlyList<float[]> vectors)
    {
        using SqliteTransaction transaction = _connection.BeginTransaction();
        Remove(file);
        Execute("INSERT INTO files VALUES ($name, $hash)", ("$name", file), ("$hash", hash));
        for (int i = 0; i < passages.Count; i++)
        {
            Execute("INSERT INTO passages VALUES ($file, $text, $vector)", ("$file", file), ("$text", passages[i]), ("$vector", MemoryMarshal.AsBytes<float>(vectors[i]).ToArray()));
        }

        transaction.Commit();
    }

    /// <summary>Forgets a file and its passages.</summary>
    public void Remove(string file) => Execute("DELETE FROM files WHERE name = $name", ("$name", file));

    /// <summary>The passages whose vectors have the largest dot products with one of length 1, nearest first.</summary>
    public IReadOnlyList<Hit> Nearest(float[] vector, int count)
    {
        var nearest = new PriorityQueue<Hit, float>();
        using SqliteDataReader reader = Command("SELECT file, text, vector FROM passages").ExecuteReader();
        while (reader.Read())
        {
            float similarity = Dot(vector, MemoryMarshal.Cast<byte, float>((byte[])reader[2]));
            if (nearest.Count < count)
            {
                nearest.Enqueue(new Hit(reader.GetString(0), reader.GetString(1), similarity), similarity);
            }
            else if (nearest.TryPeek(out _, out float least) && similarity > least)
            {
                nearest.EnqueueDequeue(new Hit(reader.GetString(0), reader.GetString(1), similarity), similarity);
            }
        }

        return [.. nearest.UnorderedItems.Select(item => item.Element).OrderByDescending(hit => hit.Similarity)];
    }

    public void Dispose() => _connection.Dispose();

    private static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        Vector<float> sum = Vector<float>.Zero;
        int i = 0;
        for (; i <= a.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            sum += new Vector<float>(a[i..]) * new Vector<float>(b[i..]);
        }

        float dot = Vector.Sum(sum);
        for (; i < a.Length; i++)
        {
            dot += a[i] * b[i];
        }

        return dot;
    }

    private SqliteCommand Command(string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        SqliteCommand command = _connection.CreateCommand();
        command.CommandText = sql;
        foreach ((string name, object value) in parameters)
        {
            command.Parameters.AddWithValue(name, value);
        }

        return command;
    }

    private void Execute(string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        using SqliteCommand command = Command(sql, parameters);
        command.ExecuteNonQuery();
    }

    private object? Scalar(string sql)
    {
        using SqliteCommand command = Command(sql);
        return command.ExecuteScalar();
    }
}
