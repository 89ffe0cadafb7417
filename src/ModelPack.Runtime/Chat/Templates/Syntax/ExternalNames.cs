namespace ModelPack.Runtime.Chat.Templates.Syntax;

/// <summary>The names that a template reads from outside, numbered in the order they appear.</summary>
internal sealed class ExternalNames
{
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly List<string> _names = [];

    public IReadOnlyList<string> All => _names;

    public int NumberOf(string name)
    {
        if (!_numbers.TryGetValue(name, out int number))
        {
            number = _names.Count;
            _numbers.Add(name, number);
            _names.Add(name);
        }

        return number;
    }
}
