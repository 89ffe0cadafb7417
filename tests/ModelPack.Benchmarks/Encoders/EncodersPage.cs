namespace ModelPack.Benchmarks.Encoders;

/// <summary>Puts the table of the real model into docs/encoders.md, between the marks that are there for it.</summary>
internal static class EncodersPage
{
    private const string Begin = "<!-- real -->\n";
    private const string End = "<!-- /real -->\n";

    public static void Write(string table)
    {
        string path = Path.Combine(Repository.Root, "docs", "encoders.md");
        string text = File.ReadAllText(path);
        int begin = text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        File.WriteAllText(path, text[..begin] + "\n" + table + "\n" + text[text.IndexOf(End, StringComparison.Ordinal)..]);
    }
}
