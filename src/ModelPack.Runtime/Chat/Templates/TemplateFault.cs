namespace ModelPack.Runtime.Chat.Templates;

/// <summary>
/// A fault inside a template, before the template's name and line are known; <see cref="JinjaTemplate"/> turns it into a
/// <see cref="ModelPackException"/> that names both.
/// </summary>
internal sealed class TemplateFault(string code, string message) : Exception(message)
{
    public string Code { get; } = code;

    public static TemplateFault Evaluation(string message) => new(TemplateErrors.Evaluation, message);

    public static TemplateFault Limit(string message) => new(TemplateErrors.Limit, message);
}
