namespace ModelPack.Runtime.Chat.Templates.Syntax;

internal enum TokenKind
{
    /// <summary>Text outside the tags.</summary>
    Data,
    BlockBegin,
    BlockEnd,
    OutputBegin,
    OutputEnd,
    Name,
    Text,
    Integer,
    Float,
    Operator,
    End,
}
