using System.Text.Encodings.Web;
using System.Text.Json;

namespace ModelPack.Packing.Sources.Gguf;

/// <summary>
/// What a Hugging Face folder would hold beside the weights, rebuilt from a GGUF file's metadata in a temporary folder. The same metadata gives the
/// same bytes. Owns the folder; dispose it.
/// </summary>
internal sealed class RebuiltFolder : IDisposable
{
    public const string Configuration = "config.json";

    private static readonly JsonWriterOptions Layout = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly string[] Names = ["tokenizer.json", "tokenizer_config.json", "generation_config.json", Configuration];

    private RebuiltFolder() => Path = Directory.CreateTempSubdirectory("modelpack-gguf-").FullName;

    /// <summary>Full path.</summary>
    public string Path { get; }

    /// <summary>Names of the files, in a fixed order.</summary>
    public static IReadOnlyList<string> Files => Names;

    /// <summary>Writes the files.</summary>
    /// <exception cref="ModelPackException">MPK142x: the metadata lacks something or says what cannot be expressed; nothing stays behind.</exception>
    public static RebuiltFolder Write(GgufConfiguration configuration)
    {
        var folder = new RebuiltFolder();
        try
        {
            folder.Write(Names[0], json => GgufTokenizer.Write(json, configuration.Vocabulary));
            folder.Write(Names[1], configuration.WriteTokenizer);
            folder.Write(Names[2], configuration.WriteGeneration);
            folder.Write(Configuration, configuration.WriteModel);
            return folder;
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Removes the folder.</summary>
    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Somebody is still reading it, or has removed it already; it lies where the system cleans up.
        }
    }

    private void Write(string name, Action<Utf8JsonWriter> write)
    {
        using FileStream stream = File.Create(System.IO.Path.Combine(Path, name));
        using (var json = new Utf8JsonWriter(stream, Layout))
        {
            write(json);
        }

        stream.WriteByte((byte)'\n');
    }
}
