namespace ModelPack.Benchmarks.GgufPeers;

/// <summary>Puts the tables into docs/gguf.md, between the marks that are there for them.</summary>
internal static class PeerPage
{
    private const string Begin = "<!-- gguf-peers -->\n";
    private const string End = "<!-- /gguf-peers -->\n";

    public static void Write(string tables)
    {
        string path = Path.Combine(Repository.Root, "docs", "gguf.md");
        string text = File.ReadAllText(path);
        int begin = text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        int end = text.IndexOf(End, StringComparison.Ordinal);
        File.WriteAllText(path, text[..begin] + tables + "\n" + text[end..]);
    }
}
