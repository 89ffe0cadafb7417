using ModelPack.LlamaCpp;

namespace ModelPack.Packing.Tests.Writing.Gguf;

/// <summary>Skips tests where llama.cpp is missing.</summary>
internal static class LlamaCpp
{
    public static void Require() => Skip.If(LlamaCppFolder.Find() is null, LlamaCppFolder.Missing);
}
