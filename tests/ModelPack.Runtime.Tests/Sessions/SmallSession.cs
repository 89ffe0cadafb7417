using Microsoft.Extensions.Logging.Abstractions;
using ModelPack.Runtime.Sessions;

namespace ModelPack.Runtime.Tests.Sessions;

/// <summary>Opens sessions over <see cref="SmallDecoder"/>s.</summary>
internal static class SmallSession
{
    public static DecoderSession Open(SmallDecoder decoder, int? prefillChunk = null)
    {
        using var folder = new TemporaryFolder();
        decoder.Write(folder.Path);
        return Open(folder.Path, prefillChunk);
    }

    public static DecoderSession Open(string folder, int? prefillChunk = null)
    {
        var settings = GenAiSettings.Read(Path.Combine(folder, GenAiSettings.FileName));
        var options = new PackedModelOptions { Threads = 1, Provider = ExecutionProviderChoice.Cpu };
        var session = SessionOpener.Open(Path.Combine(folder, settings.ModelFile), settings, options, NullLogger.Instance, out _);
        session.PrefillChunk = prefillChunk ?? session.PrefillChunk;
        return session;
    }

    public static int[] Ids(int count) => [.. Enumerable.Range(0, count).Select(i => ((i * 31) + (i * i * 7)) % SmallDecoder.Vocabulary)];
}
