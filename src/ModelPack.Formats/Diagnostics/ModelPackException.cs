namespace ModelPack;

/// <summary>
/// The one exception that ModelPack throws for bad input, failed verification, a broken store or an unusable packed model.
/// Its message is one sentence that names the file and the tensor, and the way out; <see cref="Code"/> is the
/// <c>MPKnnnn</c> code that docs/errors.md explains.
/// </summary>
public sealed class ModelPackException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="code"><c>MPK</c> and four digits: 1nnn input and recipe, 2nnn quality, 3nnn store and tool, 4nnn runtime.</param>
    /// <param name="message">What is wrong with which file and tensor, and the way out.</param>
    /// <param name="innerException">The cause, when another library reported it.</param>
    public ModelPackException(string code, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        ArgumentException.ThrowIfNullOrEmpty(code);
        Code = code;
        HelpLink = "https://github.com/modelpack/modelpack/blob/main/docs/errors.md#" + code.ToLowerInvariant();
    }

    /// <summary><c>MPK</c> and four digits.</summary>
    public string Code { get; }
}
