using System.Text.Json;

namespace ModelPack.Packing.Writing.Gguf.Vocabularies;

/// <summary>A step of a pre-tokenizer as one line of text, so that two files that do the same read the same.</summary>
internal static class PreTokenizerStep
{
    /// <summary>The step that cuts as GPT-2 does and writes bytes as characters.</summary>
    public const string GptWords = "words of GPT-2";

    /// <summary>The step that only writes bytes as characters.</summary>
    public const string Bytes = "bytes";

    /// <summary>The step that sets every digit apart.</summary>
    public const string SingleDigits = "single digits";

    /// <summary>The line.</summary>
    public static string Of(JsonElement step) => step.GetProperty("type").GetString() switch
    {
        "ByteLevel" when !Flag(step, "add_prefix_space", true) => Flag(step, "use_regex", true) ? GptWords : Bytes,
        "Digits" when Flag(step, "individual_digits", false) => SingleDigits,
        "Split" when !Flag(step, "invert", false) && step.GetProperty("behavior").GetString() == "Isolated" && step.GetProperty("pattern").TryGetProperty("Regex", out JsonElement regex) => regex.GetString()!,
        _ => step.GetRawText(),
    };

    private static bool Flag(JsonElement step, string name, bool absent) => step.TryGetProperty(name, out JsonElement flag) ? flag.GetBoolean() : absent;
}
