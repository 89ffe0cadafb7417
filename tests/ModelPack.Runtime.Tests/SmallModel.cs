using ModelPack.Runtime.Sessions;
using ModelPack.Runtime.Tests.Sessions;

namespace ModelPack.Runtime.Tests;

/// <summary>A whole packed folder around a <see cref="SmallDecoder"/>: one character a token.</summary>
internal static class SmallModel
{
    public static readonly PackedModelOptions OneThread = new() { Threads = 1, Provider = ExecutionProviderChoice.Cpu };

    /// <summary>Writes the folder.</summary>
    public static void Write(string folder, SmallDecoder? decoder = null)
    {
        (decoder ?? new SmallDecoder()).Write(folder);
        File.WriteAllText(Path.Combine(folder, "tokenizer.json"), SmallTokenizer.Json());
    }

    /// <summary>Opens a model of its own.</summary>
    public static PackedModel Open(SmallDecoder? decoder = null, PackedModelOptions? options = null)
    {
        using var folder = new TemporaryFolder();
        Write(folder.Path, decoder);
        return PackedModel.Open(folder.Path, options ?? OneThread);
    }
}
