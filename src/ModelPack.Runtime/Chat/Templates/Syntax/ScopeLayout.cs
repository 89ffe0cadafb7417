namespace ModelPack.Runtime.Chat.Templates.Syntax;

/// <summary>The names that one level of a template sets, each with its place in the <see cref="Scope"/> of that level.</summary>
internal sealed class ScopeLayout(ScopeLayout? parent)
{
    private readonly Dictionary<string, int> _slots = new(StringComparer.Ordinal);

    public ScopeLayout? Parent { get; } = parent;

    public int Count => _slots.Count;

    public int Declare(string name)
    {
        if (!_slots.TryGetValue(name, out int slot))
        {
            slot = _slots.Count;
            _slots.Add(name, slot);
        }

        return slot;
    }

    public bool TryFind(string name, out int slot) => _slots.TryGetValue(name, out slot);
}
