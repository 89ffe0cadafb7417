using System.Text.Json;

namespace ModelPack.Packing.Architectures.Encoders.Sentences;

/// <summary>Reads modules.json of sentence-transformers.</summary>
internal static class SentenceModuleList
{
    public const string FileName = "modules.json";

    private static readonly string[] Following = ["Pooling", "Dense", "Normalize"];

    /// <summary>The modules behind the encoder, in order; empty where the folder has no such file.</summary>
    /// <exception cref="ModelPackException">MPK1240: the file cannot be read, or has a module that cannot be packed.</exception>
    public static IReadOnlyList<SentenceModule> Read(string folder)
    {
        string file = Path.Combine(folder, FileName);
        if (!File.Exists(file))
        {
            return [];
        }

        List<SentenceModule> modules = Parse(file);
        if (modules is not [{ Kind: "Transformer", Path: "" }, { Kind: "Pooling" }, ..])
        {
            throw Error(file, $"begins with {string.Join(", ", modules.Take(2).Select(module => $"{module.Kind} in '{module.Path}'"))}; packed are models whose first module is a Transformer in the folder itself and whose second is its Pooling");
        }

        SentenceModule? unknown = modules.Skip(1).FirstOrDefault(module => !Following.Contains(module.Kind)) ?? modules.Skip(2).FirstOrDefault(module => module.Kind == Following[0]);
        return unknown is null ? modules[1..] : throw Error(file, $"has a module {unknown.Kind} in '{unknown.Path}', which cannot be packed there; supported are {string.Join(", ", Following)}, one Pooling first");
    }

    private static List<SentenceModule> Parse(string file)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(file).AsMemory().TrimStart("\uFEFF"u8));
            return [.. document.RootElement.EnumerateArray().Select(module => new SentenceModule(Text(module, "type").Split('.')[^1], Text(module, "path")))];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or IOException or UnauthorizedAccessException)
        {
            throw new ModelPackException(ArchitectureErrors.SentenceModules, $"{file} cannot be read ({e.Message.TrimEnd('.')}); it must be a list of modules with type and path, take it from the model's publisher.", e);
        }
    }

    private static string Text(JsonElement module, string field) => module.GetProperty(field).GetString() ?? string.Empty;

    private static ModelPackException Error(string file, string complaint) => new(ArchitectureErrors.SentenceModules, $"{file} {complaint}.");
}
