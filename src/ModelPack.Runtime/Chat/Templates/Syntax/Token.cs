namespace ModelPack.Runtime.Chat.Templates.Syntax;

/// <summary>One token: literals carry their value as text, operators their spelling.</summary>
internal readonly record struct Token(TokenKind Kind, string Text, int Line)
{
    public bool IsOperator(string text) => Kind == TokenKind.Operator && Text == text;

    public bool IsName(string text) => Kind == TokenKind.Name && Text == text;

    /// <summary>The token as an error message calls it.</summary>
    public string Description => Kind switch
    {
        TokenKind.Data => "template text",
        TokenKind.BlockBegin => "'{%'",
        TokenKind.BlockEnd => "the end of the tag",
        TokenKind.OutputBegin => "'{{'",
        TokenKind.OutputEnd => "the end of the print statement",
        TokenKind.Text => "a string",
        TokenKind.Integer => "an integer",
        TokenKind.Float => "a float",
        TokenKind.End => "the end of the template",
        _ => $"'{Text}'",
    };
}
