namespace ModelPack.Runtime.Chat.Templates.Library;

/// <summary>All filters by name: Jinja's own and transformers' <c>tojson</c>.</summary>
internal static class FilterTable
{
    private static readonly Dictionary<string, Builtin> Filters = Build();

    public static Builtin? Find(string name) => Filters.GetValueOrDefault(name);

    private static Dictionary<string, Builtin> Build()
    {
        Builtin[] all = [.. TextFilters.All, .. NumberFilters.All, .. SequenceFilters.All, .. SelectionFilters.All, .. MarkupFilters.All, .. ValueFilters.All];
        Dictionary<string, Builtin> table = Methods.ToTable(all);
        foreach ((string alias, string name) in new[] { ("d", "default"), ("e", "escape"), ("count", "length") })
        {
            table.Add(alias, table[name]);
        }

        return table;
    }
}
