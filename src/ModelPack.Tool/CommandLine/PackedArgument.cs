using System.CommandLine;

namespace ModelPack.Tool.CommandLine;

/// <summary>The packed model that eval and run open.</summary>
internal static class PackedArgument
{
    public static Argument<string> Create() => new("PACKED") { Description = "A packed folder: model.onnx, genai_config.json and tokenizer files." };
}
