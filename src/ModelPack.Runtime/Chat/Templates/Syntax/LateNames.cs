namespace ModelPack.Runtime.Chat.Templates.Syntax;

/// <summary>
/// Filters and tests that do not exist. Jinja refuses a template that names one, unless the name lies directly inside an
/// <c>if</c>, where it is an error only when reached.
/// </summary>
internal sealed class LateNames
{
    private readonly List<(string Kind, string Name, int Line)> _unknown = [];

    public int Count => _unknown.Count;

    public void Add(string kind, string name, int line, bool isForgiven)
    {
        if (!isForgiven)
        {
            _unknown.Add((kind, name, line));
        }
    }

    /// <summary>Forgives the names read since there were <paramref name="count"/> of them: they turned out to lie in an inline if.</summary>
    public void Forgive(int count) => _unknown.RemoveRange(count, _unknown.Count - count);

    public void RequireNone()
    {
        if (_unknown.Count > 0)
        {
            (string kind, string name, int line) = _unknown[0];
            throw new SyntaxFault($"no {kind} named '{name}'", line);
        }
    }
}
