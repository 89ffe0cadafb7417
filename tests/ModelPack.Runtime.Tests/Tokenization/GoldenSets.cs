namespace ModelPack.Tests.Tokenization;

/// <summary>The sets of reference outputs whose tokenizer.json this version runs.</summary>
internal static class GoldenSets
{
    public static readonly string[] Supported =
    [
        "tinytales",
        "gpt2",
        "llama-3",
        "qwen3",
        "stories260K",
        "babyllama-tok105",
        "phi-3",
    ];
}
