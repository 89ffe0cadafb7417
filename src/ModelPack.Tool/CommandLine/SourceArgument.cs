using System.CommandLine;

namespace ModelPack.Tool.CommandLine;

/// <summary>The model that quantize and plan start from.</summary>
internal static class SourceArgument
{
    public static Argument<string> Create() => new("SOURCE")
    {
        Description = "A Hugging Face folder (config.json, safetensors and tokenizer files), an .onnx file or a .gguf file.",
    };
}
