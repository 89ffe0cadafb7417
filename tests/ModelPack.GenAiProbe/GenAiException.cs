namespace ModelPack.GenAiProbe;

/// <summary>An error that the native library reported.</summary>
internal sealed class GenAiException(string message) : Exception(message);
