using ModelPack.Runtime.Chat.Templates.Text;

namespace ModelPack.Runtime.Chat.Templates.Syntax;

/// <summary>
/// Cuts a template into tokens, with the white-space rules that transformers sets: <c>trim_blocks</c> and
/// <c>lstrip_blocks</c> are on, the newline at the very end is dropped, and every newline becomes LF.
/// </summary>
internal sealed class Lexer
{
    private readonly string _source;
    private readonly List<Token> _tokens = [];
    private int _position;
    private int _line = 1;

    private Lexer(string source) => _source = source;

    public static List<Token> Tokenize(string source)
    {
        source = source.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        if (source.EndsWith('\n'))
        {
            source = source[..^1];
        }

        var lexer = new Lexer(source);
        lexer.Run();
        return lexer._tokens;
    }

    private void Run()
    {
        while (_position < _source.Length)
        {
            int tag = NextTag(_position);
            if (tag < 0)
            {
                AddData(_source[_position..]);
                break;
            }

            ReadTag(tag);
        }

        _tokens.Add(new Token(TokenKind.End, "", _line));
    }

    private void ReadTag(int tag)
    {
        char kind = _source[tag + 1];
        int after = tag + 2;
        char sign = after < _source.Length && _source[after] is '-' or '+' ? _source[after] : '\0';
        AddDataBefore(tag, kind, sign);
        _position = sign == '\0' ? after : after + 1;
        switch (kind)
        {
            case '#':
                SkipComment();
                break;
            case '%' when TrySkipRawBegin():
                ReadRaw();
                break;
            case '%':
                ReadExpressionTokens(TokenKind.BlockBegin, TokenKind.BlockEnd, "%}");
                break;
            default:
                ReadExpressionTokens(TokenKind.OutputBegin, TokenKind.OutputEnd, "}}");
                break;
        }
    }

    private int NextTag(int from)
    {
        for (int i = _source.IndexOf('{', from); i >= 0 && i + 1 < _source.Length; i = _source.IndexOf('{', i + 1))
        {
            if (_source[i + 1] is '{' or '%' or '#')
            {
                return i;
            }
        }

        return -1;
    }

    private void AddDataBefore(int tag, char kind, char sign)
    {
        string data = _source[_position..tag];
        int newlines = CountLines(data);
        if (sign == '-')
        {
            data = PythonSpace.TrimEnd(data);
        }
        else if (sign != '+' && kind != '{')
        {
            // lstrip_blocks: a tag that comes first on its line takes the blanks before it away.
            int line = data.LastIndexOf('\n') + 1;
            bool startsLine = line > 0 || _position == 0 || _source[_position - 1] == '\n';
            if (startsLine && PythonSpace.IsBlank(data.AsSpan(line)))
            {
                data = data[..line];
            }
        }

        if (data.Length > 0)
        {
            _tokens.Add(new Token(TokenKind.Data, data, _line));
        }

        _line += newlines;
    }

    private void AddData(string data)
    {
        _tokens.Add(new Token(TokenKind.Data, data, _line));
        _line += CountLines(data);
    }

    private void SkipComment()
    {
        int end = _source.IndexOf("#}", _position, StringComparison.Ordinal);
        if (end < 0)
        {
            throw new SyntaxFault("a comment is not closed by '#}'", _line);
        }

        char sign = end > _position && _source[end - 1] is '-' or '+' ? _source[end - 1] : '\0';
        MoveTo(end + 2);
        SkipAfterTag(sign);
    }

    private bool TrySkipRawBegin()
    {
        int at = SkipSpace(_position);
        if (!_source.AsSpan(at).StartsWith("raw"))
        {
            return false;
        }

        at = SkipSpace(at + 3);
        bool trims = _source.AsSpan(at).StartsWith("-%}");
        if (!trims && !_source.AsSpan(at).StartsWith("%}"))
        {
            return false;
        }

        MoveTo(trims ? SkipSpace(at + 3) : at + 2);
        return true;
    }

    private void ReadRaw()
    {
        for (int tag = _source.IndexOf("{%", _position, StringComparison.Ordinal); tag >= 0;
            tag = _source.IndexOf("{%", tag + 1, StringComparison.Ordinal))
        {
            int at = tag + 2;
            char sign = at < _source.Length && _source[at] is '-' or '+' ? _source[at++] : '\0';
            at = SkipSpace(at);
            if (!_source.AsSpan(at).StartsWith("endraw"))
            {
                continue;
            }

            at = SkipSpace(at + 6);
            char endSign = at < _source.Length && _source[at] is '-' or '+' ? _source[at++] : '\0';
            if (!_source.AsSpan(at).StartsWith("%}"))
            {
                continue;
            }

            AddDataBefore(tag, '%', sign);
            _position = tag;
            MoveTo(at + 2);
            SkipAfterTag(endSign);
            return;
        }

        throw new SyntaxFault("a raw block is not closed by 'endraw'", _line);
    }

    private void ReadExpressionTokens(TokenKind begin, TokenKind end, string closing)
    {
        _tokens.Add(new Token(begin, "", _line));
        var open = new Stack<char>();
        while (true)
        {
            int next = SkipSpace(_position);
            if (open.Count == 0 && TryClose(next, end, closing))
            {
                return;
            }

            MoveTo(next);
            if (_position >= _source.Length)
            {
                return;
            }

            (Token token, int length) = ExpressionLexer.Next(_source, _position, _line);
            Balance(open, token);
            _tokens.Add(token);
            MoveTo(_position + length);
        }
    }

    /// <summary>Reads the end of a tag at a position, if it is there, and the white space that it takes away.</summary>
    private bool TryClose(int at, TokenKind end, string closing)
    {
        char sign = at < _source.Length && (_source[at] == '-' || (_source[at] == '+' && end == TokenKind.BlockEnd)) ? _source[at] : '\0';
        int mark = sign == '\0' ? at : at + 1;
        if (!_source.AsSpan(Math.Min(mark, _source.Length)).StartsWith(closing))
        {
            return false;
        }

        MoveTo(at);
        _tokens.Add(new Token(end, "", _line));
        MoveTo(mark + 2);
        if (end == TokenKind.BlockEnd || sign == '-')
        {
            SkipAfterTag(sign);
        }

        return true;
    }

    private void Balance(Stack<char> open, in Token token)
    {
        if (token.Kind != TokenKind.Operator || token.Text.Length != 1)
        {
            return;
        }

        char c = token.Text[0];
        switch (c)
        {
            case '(' or '[' or '{':
                open.Push(c == '(' ? ')' : c == '[' ? ']' : '}');
                break;
            case ')' or ']' or '}':
                if (!open.TryPop(out char expected) || expected != c)
                {
                    throw new SyntaxFault(expected == '\0' ? $"unexpected '{c}'" : $"unexpected '{c}', expected '{expected}'", _line);
                }

                break;
        }
    }

    private void SkipAfterTag(char sign)
    {
        if (sign == '-')
        {
            MoveTo(SkipSpace(_position));
        }
        else if (sign != '+' && _position < _source.Length && _source[_position] == '\n')
        {
            MoveTo(_position + 1);
        }
    }

    private int SkipSpace(int at)
    {
        while (at < _source.Length && PythonSpace.Is(_source[at]))
        {
            at++;
        }

        return at;
    }

    private void MoveTo(int position)
    {
        _line += CountLines(_source.AsSpan(_position, position - _position));
        _position = position;
    }

    private static int CountLines(ReadOnlySpan<char> text) => text.Count('\n');
}
