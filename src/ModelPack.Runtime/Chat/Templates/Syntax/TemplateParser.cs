using ModelPack.Runtime.Chat.Templates.Nodes;
using ModelPack.Runtime.Chat.Templates.Values;

namespace ModelPack.Runtime.Chat.Templates.Syntax;

/// <summary>Statements and the text between them: a whole template into its syntax tree.</summary>
internal sealed class TemplateParser
{
    private static readonly Dictionary<string, Func<TemplateParser, int, Statement>> Tags = new(StringComparer.Ordinal)
    {
        ["for"] = (parser, line) => parser.ParseFor(line),
        ["if"] = (parser, line) => parser.ParseIf(line),
        ["set"] = (parser, line) => parser.ParseSet(line),
        ["macro"] = (parser, _) => parser.ParseMacro(),
        ["call"] = (parser, line) => parser.ParseCallBlock(line),
        ["filter"] = (parser, line) => parser.ParseFilterBlock(line),
        ["with"] = (parser, line) => parser.ParseWith(line),
        ["print"] = (parser, line) => new OutputStatement(parser._expressions.ParseTuple(), line),
        ["generation"] = (parser, _) => parser.ParseScoped("endgeneration"),
        ["block"] = (parser, _) => parser.ParseNamedBlock(),
        ["break"] = (parser, line) => parser.ParseFlow(Flow.Break, "break", line),
        ["continue"] = (parser, line) => parser.ParseFlow(Flow.Continue, "continue", line),
        ["include"] = (parser, line) => parser.ParseUnavailable("include", line),
        ["import"] = (parser, line) => parser.ParseUnavailable("import", line),
        ["from"] = (parser, line) => parser.ParseUnavailable("from", line),
        ["extends"] = (parser, line) => parser.ParseUnavailable("extends", line),
    };

    private readonly ParseContext _context;
    private readonly TokenStream _tokens;
    private readonly ExpressionParser _expressions;

    private TemplateParser(ParseContext context)
    {
        _context = context;
        _tokens = context.Tokens;
        _expressions = new ExpressionParser(context);
    }

    /// <summary>Parses a template: its statements, the layout of its top level, and the names it reads from outside.</summary>
    public static (Block Body, ScopeLayout Layout, IReadOnlyList<string> Externals) Parse(string source)
    {
        var context = new ParseContext(new TokenStream(Lexer.Tokenize(source)));
        ScopeLayout layout = context.Layout;
        Block body = new TemplateParser(context).ParseBody([], "");
        context.LateNames.RequireNone();
        return (body, layout, context.ResolveNames());
    }

    /// <summary>Statements up to one of the tags named, whose name is left to be read; to the end of the template where none is named.</summary>
    private Block ParseBody(string[] ends, string opener)
    {
        var statements = new List<Statement>();
        while (true)
        {
            Token token = _tokens.Take();
            switch (token.Kind)
            {
                case TokenKind.Data:
                    statements.Add(new DataStatement(token.Text));
                    break;
                case TokenKind.OutputBegin:
                    statements.Add(new OutputStatement(_expressions.ParseTuple(), token.Line));
                    _tokens.Expect(TokenKind.OutputEnd, "'}}'");
                    break;
                case TokenKind.BlockBegin when _tokens.Current.Kind == TokenKind.Name && ends.Contains(_tokens.Current.Text):
                    return new Block([.. statements]);
                case TokenKind.BlockBegin:
                    statements.Add(ParseTag(ends));
                    EndTag();
                    break;
                default:
                    return ends.Length == 0
                        ? new Block([.. statements])
                        : throw new SyntaxFault($"the template ends, but '{opener}' is not closed by '{ends[^1]}'", token.Line);
            }
        }
    }

    private Statement ParseTag(string[] ends)
    {
        Token tag = _tokens.Expect(TokenKind.Name, "the name of a tag");
        if (!Tags.TryGetValue(tag.Text, out Func<TemplateParser, int, Statement>? parse))
        {
            string expected = ends.Length == 0 ? "" : $" (expected here: {string.Join(", ", ends.Select(end => $"'{end}'"))})";
            throw new SyntaxFault($"unknown tag '{tag.Text}'{expected}", tag.Line);
        }

        _context.Nesting.Enter(tag.Line);
        Statement statement = parse(this, tag.Line);
        _context.Nesting.Leave();
        return statement;
    }

    private void EndTag() => _tokens.Expect(TokenKind.BlockEnd, "'%}'");

    /// <summary>The end of a tag that a body follows; Jinja allows a colon before it, as Python has.</summary>
    private void BeginBody()
    {
        _tokens.TakeOperator(":");
        EndTag();
    }

    /// <summary>A body in a scope of its own, up to and including the name of the tag that ends it.</summary>
    private ScopedBlock ParseScoped(string end) => ParseScoped([end], new ScopeLayout(_context.Layout));

    private ScopedBlock ParseScoped(string[] ends, ScopeLayout layout)
    {
        BeginBody();
        (ScopeLayout outer, bool outside) = (_context.Layout, _context.IsConditional);
        _context.Layout = layout;
        _context.IsConditional = false;
        Block body = ParseBody(ends, ends[^1][3..]);
        _context.Layout = outer;
        _context.IsConditional = outside;
        if (ends.Length == 1)
        {
            _tokens.Take();
        }

        return new ScopedBlock(body, layout);
    }

    private IfStatement ParseIf(int line)
    {
        bool outside = _context.IsConditional;
        _context.IsConditional = true;
        var branches = new List<(Expression, Block)>();
        Block? otherwise = null;
        while (true)
        {
            Expression test = _expressions.ParseTuple(conditional: false);
            BeginBody();
            branches.Add((test, ParseBody(["elif", "else", "endif"], "if")));
            string next = _tokens.Take().Text;
            if (next == "elif")
            {
                continue;
            }

            if (next == "else")
            {
                BeginBody();
                otherwise = ParseBody(["endif"], "if");
                _tokens.Take();
            }

            _context.IsConditional = outside;
            return new IfStatement([.. branches], otherwise, line);
        }
    }

    private ForStatement ParseFor(int line)
    {
        Target target = ParseTarget(isLoop: true, "in");
        _tokens.ExpectName("in");
        Expression items = _expressions.ParseTuple(conditional: false, endName: "recursive");
        LoopFilter? filter = _tokens.TakeName("if") ? ParseLoopFilter(target) : null;
        bool isRecursive = _tokens.TakeName("recursive");
        var layout = new ScopeLayout(_context.Layout);
        Action<RenderState, Value> assign = target.In(layout);
        int loopSlot = layout.Declare("loop");
        _context.LoopDepth++;
        ScopedBlock body = ParseScoped(["else", "endfor"], layout);
        _context.LoopDepth--;
        ScopedBlock? otherwise = _tokens.Take().Text == "else" ? ParseScoped("endfor") : null;
        return new ForStatement(items, assign, body, loopSlot, filter, otherwise, isRecursive, line);
    }

    private LoopFilter ParseLoopFilter(Target target)
    {
        ScopeLayout outer = _context.Layout;
        _context.Layout = new ScopeLayout(outer);
        Action<RenderState, Value> assign = target.In(_context.Layout);
        var filter = new LoopFilter(assign, _expressions.Parse(), _context.Layout);
        _context.Layout = outer;
        return filter;
    }

    private FlowStatement ParseFlow(Flow flow, string tag, int line) => _context.LoopDepth > 0
        ? new FlowStatement(flow)
        : throw new SyntaxFault($"'{tag}' outside of a loop", line);

    private Statement ParseSet(int line)
    {
        Target target = ParseTarget(isLoop: false, null);
        if (_tokens.TakeOperator("="))
        {
            Expression value = _expressions.ParseTuple();
            return new SetStatement(target.In(_context.Layout), value, line);
        }

        Expression filters = _expressions.ParseFilters(new CapturedExpression(), isStarted: false);
        ScopedBlock body = ParseScoped("endset");
        return new SetBlockStatement(target.In(_context.Layout), filters, body, line);
    }

    private FilterBlockStatement ParseFilterBlock(int line)
    {
        Expression filters = _expressions.ParseFilters(new CapturedExpression(), isStarted: true);
        return new FilterBlockStatement(filters, ParseScoped("endfilter"), line);
    }

    private WithStatement ParseWith(int line)
    {
        var layout = new ScopeLayout(_context.Layout);
        var variables = new List<(Action<RenderState, Value>, Expression)>();
        while (_tokens.Current.Kind != TokenKind.BlockEnd)
        {
            if (variables.Count > 0)
            {
                _tokens.ExpectOperator(",");
            }

            Target target = ParseTarget(isLoop: false, null);
            _tokens.ExpectOperator("=");
            variables.Add((target.In(layout), _expressions.Parse()));
        }

        return new WithStatement([.. variables], ParseScoped(["endwith"], layout), line);
    }

    private MacroStatement ParseMacro()
    {
        Token name = _tokens.Expect(TokenKind.Name, "the name of the macro");
        RequireVariable(name);
        int slot = _context.Layout.Declare(name.Text);
        return new MacroStatement(ParseMacroBody(name.Text, "endmacro", static parser => parser._expressions), slot);
    }

    private CallBlockStatement ParseCallBlock(int line)
    {
        CallExpression? call = null;
        MacroDefinition body = ParseMacroBody(null, "endcall", parser =>
        {
            Expression expression = parser._expressions.Parse();
            call = (expression is GuardedExpression guarded ? guarded.Inner : expression) as CallExpression
                ?? throw new SyntaxFault("a call block needs a call, such as {% call macro() %}", line);
            return parser._expressions;
        });
        return new CallBlockStatement(call!, body, line);
    }

    /// <summary>Parameters and body of a macro or call block. <paramref name="afterParameters"/> reads what stands between them, in the outer scope.</summary>
    private MacroDefinition ParseMacroBody(string? name, string end, Func<TemplateParser, ExpressionParser> afterParameters)
    {
        ScopeLayout outer = _context.Layout;
        var layout = new ScopeLayout(outer);
        (HashSet<string> outerNames, int outerLoops) = (_context.MacroNames, _context.LoopDepth);
        (_context.MacroNames, _context.LoopDepth) = ([], 0);
        _context.Layout = layout;
        (string Name, Expression? Default)[] parameters = name is not null || _tokens.Current.IsOperator("(") ? ParseParameters() : [];
        _context.Layout = outer;
        afterParameters(this);
        foreach ((string parameter, _) in parameters)
        {
            layout.Declare(parameter);
        }

        ScopedBlock body = ParseScoped([end], layout);
        int Slot(string special) =>
            _context.MacroNames.Contains(special) && !parameters.Any(parameter => parameter.Name == special) ? layout.Declare(special) : -1;
        var definition = new MacroDefinition(name, parameters, body.Body, layout)
        {
            RestSlot = Slot("varargs"),
            KeywordsSlot = Slot("kwargs"),
            CallerSlot = Slot("caller"),
        };
        outerNames.UnionWith(_context.MacroNames);
        (_context.MacroNames, _context.LoopDepth) = (outerNames, outerLoops);
        return definition;
    }

    private (string Name, Expression? Default)[] ParseParameters()
    {
        var parameters = new List<(string Name, Expression? Default)>();
        _tokens.ExpectOperator("(");
        while (!_tokens.TakeOperator(")"))
        {
            if (parameters.Count > 0)
            {
                _tokens.ExpectOperator(",");
            }

            Token name = _tokens.Expect(TokenKind.Name, "the name of a parameter");
            RequireVariable(name);
            Expression? value = _tokens.TakeOperator("=") ? _expressions.Parse() : null;
            if (value is null && parameters.Count > 0 && parameters[^1].Default is not null)
            {
                throw new SyntaxFault($"the parameter '{name.Text}' without a default follows one with a default", name.Line);
            }

            parameters.Add((name.Text, value));
        }

        return [.. parameters];
    }

    private NamedBlockStatement ParseNamedBlock()
    {
        string name = _tokens.Expect(TokenKind.Name, "the name of the block").Text;
        while (_tokens.TakeName("scoped") || _tokens.TakeName("required"))
        {
        }

        (ScopeLayout outer, int loops) = (_context.Layout, _context.LoopDepth);
        ScopeLayout root = outer;
        while (root.Parent is not null)
        {
            root = root.Parent;
        }

        _context.LoopDepth = 0;
        ScopedBlock body = ParseScoped(["endblock"], new ScopeLayout(root));
        _context.LoopDepth = loops;
        _tokens.TakeName(name);
        return new NamedBlockStatement(body);
    }

    private UnavailableStatement ParseUnavailable(string tag, int line)
    {
        while (_tokens.Current.Kind is not (TokenKind.BlockEnd or TokenKind.End))
        {
            _tokens.Take();
        }

        return new UnavailableStatement(tag, line);
    }

    /// <summary>What is assigned to: names, perhaps in nested tuples, and in a <c>set</c> also attributes of namespaces.</summary>
    private Target ParseTarget(bool isLoop, string? endName)
    {
        var parts = new List<Target>();
        bool isTuple = false;
        while (parts.Count == 0 || (!_tokens.Current.IsOperator("=") && !_tokens.Current.IsOperator(")")
            && _tokens.Current.Kind != TokenKind.BlockEnd && !(endName is not null && _tokens.Current.IsName(endName))))
        {
            parts.Add(ParseTargetPart(isLoop, endName));
            if (!_tokens.TakeOperator(","))
            {
                break;
            }

            isTuple = true;
        }

        return isTuple ? new TupleTarget([.. parts]) : parts[0];
    }

    private Target ParseTargetPart(bool isLoop, string? endName)
    {
        if (_tokens.TakeOperator("("))
        {
            _context.Nesting.Enter(_tokens.Line);
            Target inner = ParseTarget(isLoop, endName);
            _context.Nesting.Leave();
            _tokens.ExpectOperator(")");
            return inner;
        }

        Token name = _tokens.Expect(TokenKind.Name, "the name of a variable");
        RequireVariable(name);
        if (isLoop && name.Text == "loop")
        {
            throw new SyntaxFault("the name 'loop' is the loop's own and cannot be assigned", name.Line);
        }

        return !isLoop && _tokens.TakeOperator(".")
            ? new NamespaceTarget(_context.Name(name.Text), _tokens.Expect(TokenKind.Name, "the name of an attribute").Text)
            : new NameTarget(name.Text);
    }

    private static void RequireVariable(in Token name)
    {
        if (ExpressionParser.IsConstant(name.Text))
        {
            throw new SyntaxFault($"cannot assign to the constant '{name.Text}'", name.Line);
        }
    }
}
