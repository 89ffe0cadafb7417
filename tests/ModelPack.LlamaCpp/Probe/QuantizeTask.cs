namespace ModelPack.LlamaCpp.Probe;

/// <summary>Quantizing of a file.</summary>
internal sealed record QuantizeTask(string Source, string Destination, int FileType, Dictionary<string, float[]>? Importance) : ProbeTask
{
    public override object? Run()
    {
        LlamaQuantization.Quantize(Source, Destination, FileType, Importance);
        return null;
    }
}
