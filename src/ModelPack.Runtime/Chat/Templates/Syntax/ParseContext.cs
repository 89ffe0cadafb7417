using ModelPack.Runtime.Chat.Templates.Nodes;

namespace ModelPack.Runtime.Chat.Templates.Syntax;

/// <summary>What both halves of the parser, statements and expressions, know while a template is read.</summary>
internal sealed class ParseContext(TokenStream tokens)
{
    private readonly List<NameExpression> _names = [];

    public TokenStream Tokens { get; } = tokens;

    public Nesting Nesting { get; } = new();

    public LateNames LateNames { get; } = new();

    /// <summary>The scope that is being read.</summary>
    public ScopeLayout Layout { get; set; } = new(null);

    /// <summary>Names that the macro being read uses; <c>varargs</c>, <c>kwargs</c> and <c>caller</c> exist only where they are used.</summary>
    public HashSet<string> MacroNames { get; set; } = [];

    /// <summary>
    /// True directly inside an <c>if</c>: there an unknown filter or test is an error only when it is reached, as in Jinja.
    /// </summary>
    public bool IsConditional { get; set; }

    public int LoopDepth { get; set; }

    public NameExpression Name(string name)
    {
        var expression = new NameExpression(name, Layout);
        _names.Add(expression);
        MacroNames.Add(name);
        return expression;
    }

    /// <summary>Finds the place of every name, and the names that must come from outside.</summary>
    public IReadOnlyList<string> ResolveNames()
    {
        var externals = new ExternalNames();
        foreach (NameExpression name in _names)
        {
            name.Resolve(externals);
        }

        return externals.All;
    }
}
