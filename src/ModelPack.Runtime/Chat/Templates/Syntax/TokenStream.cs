namespace ModelPack.Runtime.Chat.Templates.Syntax;

/// <summary>The tokens of a template, read from left to right.</summary>
internal sealed class TokenStream(List<Token> tokens)
{
    private int _position;

    public Token Current => tokens[_position];

    public Token Following => tokens[Math.Min(_position + 1, tokens.Count - 1)];

    public int Line => Current.Line;

    public Token Take()
    {
        Token token = Current;
        if (_position < tokens.Count - 1)
        {
            _position++;
        }

        return token;
    }

    public bool TakeOperator(string text)
    {
        bool found = Current.IsOperator(text);
        if (found)
        {
            Take();
        }

        return found;
    }

    public bool TakeName(string text)
    {
        bool found = Current.IsName(text);
        if (found)
        {
            Take();
        }

        return found;
    }

    public Token Expect(TokenKind kind, string what) =>
        Current.Kind == kind ? Take() : throw Unexpected($"expected {what}");

    public void ExpectOperator(string text)
    {
        if (!TakeOperator(text))
        {
            throw Unexpected($"expected '{text}'");
        }
    }

    public void ExpectName(string text)
    {
        if (!TakeName(text))
        {
            throw Unexpected($"expected '{text}'");
        }
    }

    public SyntaxFault Unexpected(string expected) => new($"{expected}, but found {Current.Description}", Line);
}
