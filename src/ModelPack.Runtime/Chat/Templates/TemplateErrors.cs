namespace ModelPack.Runtime.Chat.Templates;

/// <summary>Codes of the chat-template room; docs/errors.md explains each.</summary>
internal static class TemplateErrors
{
    public const string Syntax = "MPK4201";
    public const string Raised = "MPK4202";
    public const string Evaluation = "MPK4203";
    public const string Limit = "MPK4204";
    public const string Conversation = "MPK4205";
    public const string File = "MPK4206";
    public const string UnknownName = "MPK4207";
}
