namespace ModelPack.Tool.Hosting;

/// <summary>Gives every exception a code and one sentence.</summary>
internal static class Failure
{
    /// <summary>The exception itself when it is ours, else one that says what the system or a defect did.</summary>
    public static ModelPackException Describe(Exception exception) => exception switch
    {
        ModelPackException known => known,
        AggregateException { InnerExceptions: [var only] } => Describe(only),
        OutOfMemoryException => new ModelPackException(
            ToolErrors.OutOfMemory, "There is not enough memory for this; `dotnet modelpack plan` says how much a model needs.", exception),
        IOException or UnauthorizedAccessException => new ModelPackException(
            ToolErrors.FileSystem, OneLine(exception.Message), exception),
        _ => new ModelPackException(
            ToolErrors.Unexpected,
            $"Unexpected {exception.GetType().Name}: {OneLine(exception.Message)} This is a defect of ModelPack: please report it with the command line and the output of `--verbosity detailed`.",
            exception),
    };

    private static string OneLine(string message)
    {
        string line = string.Join(' ', message.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        return line.EndsWith('.') ? line : line + ".";
    }
}
