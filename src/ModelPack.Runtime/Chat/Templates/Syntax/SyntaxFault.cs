namespace ModelPack.Runtime.Chat.Templates.Syntax;

/// <summary>A template that cannot be read, with the line.</summary>
internal sealed class SyntaxFault(string message, int line) : Exception(message)
{
    public int Line { get; } = line;
}
