using System.Text.Json;
using ModelPack.Formats.Json;

namespace ModelPack.Runtime.Sessions;

/// <summary>A small JSON file of a packed folder, read with errors that name the file and the field.</summary>
internal sealed class JsonFile : IDisposable
{
    private const long LargestFile = 64L << 20;
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 64 };
    private readonly JsonDocument _document;

    private JsonFile(JsonDocument document, JsonFields root)
    {
        _document = document;
        Root = root;
    }

    /// <summary>The object that the file holds.</summary>
    public JsonFields Root { get; }

    /// <summary>Reads a file that holds one JSON object; anything else is refused with the code.</summary>
    public static JsonFile Open(string file, string code)
    {
        JsonDocument? document = null;
        try
        {
            using var stream = File.OpenRead(file);
            if (stream.Length > LargestFile)
            {
                throw new ModelPackException(code, $"{file} has {stream.Length} bytes, far more than such a file needs; pack the model again.");
            }

            document = UnicodeJson.Require(JsonDocument.Parse(stream, Options));
            return new JsonFile(document, new JsonFields(document.RootElement, file, "", code).RequireObject());
        }
        catch (JsonException cause)
        {
            throw new ModelPackException(code, $"{file} is not valid JSON ({cause.Message}); pack the model again.", cause);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new ModelPackException(RuntimeErrors.FileMissing, $"{file} cannot be read ({cause.Message}).", cause);
        }
        catch
        {
            document?.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _document.Dispose();
}
