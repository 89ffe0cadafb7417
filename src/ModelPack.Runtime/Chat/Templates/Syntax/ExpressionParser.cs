using System.Globalization;
using System.Numerics;
using ModelPack.Runtime.Chat.Templates.Library;
using ModelPack.Runtime.Chat.Templates.Nodes;
using ModelPack.Runtime.Chat.Templates.Values;

namespace ModelPack.Runtime.Chat.Templates.Syntax;

/// <summary>
/// Expressions, by recursive descent with Jinja's precedences, which are not Python's: <c>**</c> groups to the left and binds
/// less than a sign, <c>~</c> binds tighter than <c>+</c>, filters and tests bind tighter than both.
/// </summary>
internal sealed class ExpressionParser(ParseContext context)
{
    private static readonly Dictionary<string, Value> Constants = new(StringComparer.Ordinal)
    {
        ["true"] = Value.True,
        ["True"] = Value.True,
        ["false"] = Value.False,
        ["False"] = Value.False,
        ["none"] = Value.None,
        ["None"] = Value.None,
    };

    private static readonly HashSet<string> AfterTest = ["else", "or", "and"];

    private static readonly ConstantExpression NoBound = new(Value.None);

    private readonly TokenStream _tokens = context.Tokens;

    public static bool IsConstant(string name) => Constants.ContainsKey(name);

    /// <summary>A whole expression; without <paramref name="conditional"/> an <c>if</c> is left for the statement around it.</summary>
    public Expression Parse(bool conditional = true)
    {
        context.Nesting.Enter(_tokens.Line);
        Expression expression = context.Nesting.Guard(conditional ? ParseConditional() : ParseOr());
        context.Nesting.Leave();
        return expression;
    }

    /// <summary>An expression, or several separated by commas, which make a tuple.</summary>
    public Expression ParseTuple(bool conditional = true, string? endName = null, bool inParentheses = false)
    {
        int line = _tokens.Line;
        var items = new List<Expression>();
        bool isTuple = false;
        while (!EndsTuple(endName))
        {
            items.Add(Parse(conditional));
            if (!_tokens.TakeOperator(","))
            {
                break;
            }

            isTuple = true;
        }

        if (items.Count == 0 && !inParentheses)
        {
            throw new SyntaxFault($"expected an expression, but found {_tokens.Current.Description}", line);
        }

        return items.Count == 1 && !isTuple ? items[0] : new TupleExpression([.. items]);
    }

    /// <summary>The filters after a value; where the first <c>|</c> has been read already, <paramref name="isStarted"/>.</summary>
    public Expression ParseFilters(Expression target, bool isStarted)
    {
        for (int chain = 0; isStarted || _tokens.Current.IsOperator("|"); isStarted = false)
        {
            target = Nesting.Chain(target, ++chain, _tokens.Line);
            if (!isStarted)
            {
                _tokens.Take();
            }

            target = ParseFilter(target);
        }

        return target;
    }

    public ArgumentList ParseArguments()
    {
        _tokens.ExpectOperator("(");
        var positional = new List<Expression>();
        var named = new List<(string, Expression)>();
        Expression? moreByPosition = null;
        Expression? moreByName = null;
        bool isFirst = true;
        while (!_tokens.TakeOperator(")"))
        {
            if (!isFirst)
            {
                _tokens.ExpectOperator(",");
                if (_tokens.TakeOperator(")"))
                {
                    break;
                }
            }

            isFirst = false;
            int line = _tokens.Line;
            bool isValid = true;
            if (_tokens.TakeOperator("*"))
            {
                isValid = moreByPosition is null && moreByName is null;
                moreByPosition = Parse();
            }
            else if (_tokens.TakeOperator("**"))
            {
                isValid = moreByName is null;
                moreByName = Parse();
            }
            else if (_tokens.Current.Kind == TokenKind.Name && _tokens.Following.IsOperator("="))
            {
                string name = _tokens.Take().Text;
                _tokens.Take();
                isValid = moreByName is null;
                named.Add((name, Parse()));
            }
            else
            {
                isValid = named.Count == 0 && moreByPosition is null && moreByName is null;
                positional.Add(Parse());
            }

            if (!isValid)
            {
                throw new SyntaxFault("the arguments of a call are in a wrong order", line);
            }
        }

        return positional.Count + named.Count == 0 && moreByPosition is null && moreByName is null
            ? ArgumentList.Empty
            : new ArgumentList([.. positional], [.. named], moreByPosition, moreByName);
    }

    private bool EndsTuple(string? endName) =>
        _tokens.Current.Kind is TokenKind.OutputEnd or TokenKind.BlockEnd
        || _tokens.Current.IsOperator(")")
        || (endName is not null && _tokens.Current.IsName(endName));

    private Expression ParseConditional()
    {
        int line = _tokens.Line;
        bool outside = context.IsConditional;
        // Whether a value belongs to an inline if is known only after it is read, so Jinja's leniency towards unknown filters
        // is given to the parts behind the 'if' here and to the part before it by LateNames.
        int names = context.LateNames.Count;
        Expression expression = ParseOr();
        for (int chain = 1; _tokens.TakeName("if"); chain++)
        {
            expression = Nesting.Chain(expression, chain, line);
            context.LateNames.Forgive(names);
            context.IsConditional = true;
            Expression test = ParseOr();
            Expression? otherwise = _tokens.TakeName("else") ? Parse() : null;
            context.IsConditional = outside;
            expression = new ConditionalExpression(test, expression, otherwise, line);
        }

        return expression;
    }

    private Expression ParseOr()
    {
        Expression left = ParseAnd();
        for (int chain = 1; _tokens.TakeName("or"); chain++)
        {
            left = new OrExpression(Nesting.Chain(left, chain, _tokens.Line), ParseAnd());
        }

        return left;
    }

    private Expression ParseAnd()
    {
        Expression left = ParseNot();
        for (int chain = 1; _tokens.TakeName("and"); chain++)
        {
            left = new AndExpression(Nesting.Chain(left, chain, _tokens.Line), ParseNot());
        }

        return left;
    }

    private Expression ParseNot()
    {
        if (!_tokens.TakeName("not"))
        {
            return ParseCompare();
        }

        context.Nesting.Enter(_tokens.Line);
        Expression operand = ParseNot();
        context.Nesting.Leave();
        return new NotExpression(operand);
    }

    private Expression ParseCompare()
    {
        int line = _tokens.Line;
        Expression first = ParseBinary(0);
        var rest = new List<(ComparisonFunction, Expression)>();
        while (TakeComparison() is { } function)
        {
            rest.Add((function, ParseBinary(0)));
        }

        return rest.Count == 0 ? first : new CompareExpression(first, [.. rest], line);
    }

    private ComparisonFunction? TakeComparison()
    {
        Token token = _tokens.Current;
        if (token.Kind == TokenKind.Operator && OperatorTable.Comparisons.TryGetValue(token.Text, out ComparisonFunction? function))
        {
            _tokens.Take();
            return function;
        }

        if (_tokens.TakeName("in"))
        {
            return OperatorTable.In;
        }

        if (token.IsName("not") && _tokens.Following.IsName("in"))
        {
            _tokens.Take();
            _tokens.Take();
            return OperatorTable.NotIn;
        }

        return null;
    }

    private Expression ParseBinary(int level)
    {
        if (level == OperatorTable.BinaryLevels.Length)
        {
            return ParseUnary(withFilters: true);
        }

        Expression left = ParseBinary(level + 1);
        if (OperatorTable.BinaryLevels[level] is not { } operators)
        {
            return ParseJoin(left, level);
        }

        for (int chain = 1; _tokens.Current.Kind == TokenKind.Operator && operators.TryGetValue(_tokens.Current.Text, out BinaryFunction? function); chain++)
        {
            int line = _tokens.Take().Line;
            left = new BinaryExpression(Nesting.Chain(left, chain, line), ParseBinary(level + 1), function, line);
        }

        return left;
    }

    private Expression ParseJoin(Expression first, int level)
    {
        var parts = new List<Expression> { first };
        while (_tokens.TakeOperator("~"))
        {
            parts.Add(ParseBinary(level + 1));
        }

        return parts.Count == 1 ? first : new JoinExpression([.. parts]);
    }

    private Expression ParseUnary(bool withFilters)
    {
        context.Nesting.Enter(_tokens.Line);
        Expression expression = _tokens.TakeOperator("-") ? new UnaryExpression(ParseUnary(false), Arithmetic.Negate)
            : _tokens.TakeOperator("+") ? new UnaryExpression(ParseUnary(false), Arithmetic.Plus)
            : ParsePrimary();
        expression = ParsePostfix(expression);
        if (withFilters)
        {
            expression = ParseFiltersAndTests(expression);
        }

        context.Nesting.Leave();
        return expression;
    }

    private Expression ParsePrimary()
    {
        Token token = _tokens.Take();
        switch (token.Kind)
        {
            case TokenKind.Name:
                return Constants.TryGetValue(token.Text, out Value constant) ? new ConstantExpression(constant) : context.Name(token.Text);
            case TokenKind.Text:
                return ParseText(token.Text);
            case TokenKind.Integer:
                return new ConstantExpression(Value.Of(ParseInteger(token)));
            case TokenKind.Float:
                return new ConstantExpression(Value.Of(double.Parse(token.Text, CultureInfo.InvariantCulture)));
            case TokenKind.Operator when token.Text == "(":
                Expression inner = ParseTuple(inParentheses: true);
                _tokens.ExpectOperator(")");
                return inner;
            case TokenKind.Operator when token.Text == "[":
                return ParseList();
            case TokenKind.Operator when token.Text == "{":
                return ParseDict();
            default:
                throw new SyntaxFault($"expected an expression, but found {token.Description}", token.Line);
        }
    }

    private ConstantExpression ParseText(string text)
    {
        var parts = new List<string> { text };
        while (_tokens.Current.Kind == TokenKind.Text)
        {
            parts.Add(_tokens.Take().Text);
        }

        return new ConstantExpression(Value.Of(string.Concat(parts)));
    }

    private static BigInteger ParseInteger(in Token token) => token.Text.Length <= Text.NumberText.MaxDigits
        ? BigInteger.Parse(token.Text, CultureInfo.InvariantCulture)
        : throw new SyntaxFault($"an integer has more than {Text.NumberText.MaxDigits} digits", token.Line);

    private ListExpression ParseList()
    {
        var items = new List<Expression>();
        while (!_tokens.TakeOperator("]"))
        {
            if (items.Count > 0)
            {
                _tokens.ExpectOperator(",");
                if (_tokens.TakeOperator("]"))
                {
                    break;
                }
            }

            items.Add(Parse());
        }

        return new ListExpression([.. items]);
    }

    private DictExpression ParseDict()
    {
        var entries = new List<(Expression, Expression)>();
        while (!_tokens.TakeOperator("}"))
        {
            if (entries.Count > 0)
            {
                _tokens.ExpectOperator(",");
                if (_tokens.TakeOperator("}"))
                {
                    break;
                }
            }

            Expression key = Parse();
            _tokens.ExpectOperator(":");
            entries.Add((key, Parse()));
        }

        return new DictExpression([.. entries]);
    }

    private Expression ParsePostfix(Expression expression)
    {
        for (int chain = 1; ; chain++)
        {
            int line = _tokens.Line;
            expression = Nesting.Chain(expression, chain, line);
            if (_tokens.TakeOperator("."))
            {
                expression = ParseMember(expression, line);
            }
            else if (_tokens.TakeOperator("["))
            {
                expression = ParseSubscript(expression, line);
            }
            else if (_tokens.Current.IsOperator("("))
            {
                expression = new CallExpression(expression, ParseArguments(), line);
            }
            else
            {
                return expression;
            }
        }
    }

    private Expression ParseMember(Expression target, int line)
    {
        Token token = _tokens.Take();
        return token.Kind switch
        {
            TokenKind.Name => new AttributeExpression(target, token.Text, line),
            TokenKind.Integer => new ItemExpression(target, new ConstantExpression(Value.Of(ParseInteger(token))), line),
            _ => throw new SyntaxFault($"expected a name or a number after '.', but found {token.Description}", token.Line),
        };
    }

    private Expression ParseSubscript(Expression target, int line)
    {
        var keys = new List<Expression>();
        bool isTuple = false;
        while (!_tokens.TakeOperator("]"))
        {
            if (keys.Count > 0)
            {
                _tokens.ExpectOperator(",");
                isTuple = true;
            }

            Expression start = _tokens.Current.IsOperator(":") ? NoBound : Parse();
            if (!_tokens.TakeOperator(":"))
            {
                keys.Add(start);
                continue;
            }

            Expression stop = EndsSlicePart() ? NoBound : Parse();
            Expression step = !_tokens.TakeOperator(":") || EndsSlicePart() ? NoBound : Parse();
            if (isTuple || !_tokens.TakeOperator("]"))
            {
                throw _tokens.Unexpected("expected ']' after a slice");
            }

            return new SliceExpression(target, start, stop, step, line);
        }

        if (keys.Count == 0)
        {
            throw new SyntaxFault("expected an index between '[' and ']'", line);
        }

        return new ItemExpression(target, isTuple ? new TupleExpression([.. keys]) : keys[0], line);
    }

    private bool EndsSlicePart() => _tokens.Current.IsOperator(":") || _tokens.Current.IsOperator("]") || _tokens.Current.IsOperator(",");

    private Expression ParseFiltersAndTests(Expression expression)
    {
        for (int chain = 1; ; chain++)
        {
            int line = _tokens.Line;
            expression = Nesting.Chain(expression, chain, line);
            if (_tokens.TakeOperator("|"))
            {
                expression = ParseFilter(expression);
            }
            else if (_tokens.TakeName("is"))
            {
                expression = ParseTest(expression, line);
            }
            else if (_tokens.Current.IsOperator("("))
            {
                expression = new CallExpression(expression, ParseArguments(), line);
            }
            else
            {
                return expression;
            }
        }
    }

    private FilterExpression ParseFilter(Expression target)
    {
        int line = _tokens.Line;
        string name = ParseDottedName("the name of a filter");
        Builtin? filter = FilterTable.Find(name);
        if (filter is null)
        {
            context.LateNames.Add("filter", name, line, context.IsConditional);
        }

        ArgumentList arguments = _tokens.Current.IsOperator("(") ? ParseArguments() : ArgumentList.Empty;
        return new FilterExpression(target, name, filter, arguments, line);
    }

    private Expression ParseTest(Expression target, int line)
    {
        bool isNegated = _tokens.TakeName("not");
        string name = ParseDottedName("the name of a test");
        Builtin? test = TestTable.Find(name);
        if (test is null)
        {
            context.LateNames.Add("test", name, line, context.IsConditional);
        }

        ArgumentList arguments = ArgumentList.Empty;
        if (_tokens.Current.IsOperator("("))
        {
            arguments = ParseArguments();
        }
        else if (BeginsTestArgument())
        {
            if (_tokens.Current.IsName("is"))
            {
                throw new SyntaxFault("tests cannot be chained with 'is'", _tokens.Line);
            }

            arguments = new ArgumentList([ParsePostfix(ParsePrimary())], [], null, null);
        }

        var expression = new TestExpression(target, name, test, arguments, line);
        return isNegated ? new NotExpression(expression) : expression;
    }

    private bool BeginsTestArgument()
    {
        Token token = _tokens.Current;
        return token.Kind switch
        {
            TokenKind.Name => !AfterTest.Contains(token.Text),
            TokenKind.Text or TokenKind.Integer or TokenKind.Float => true,
            TokenKind.Operator => token.Text is "(" or "[" or "{",
            _ => false,
        };
    }

    private string ParseDottedName(string what)
    {
        string name = _tokens.Expect(TokenKind.Name, what).Text;
        while (_tokens.TakeOperator("."))
        {
            name += "." + _tokens.Expect(TokenKind.Name, what).Text;
        }

        return name;
    }
}
