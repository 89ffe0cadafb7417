namespace ModelPack.LlamaCpp.Probe;

/// <summary>Perplexity of tokens.</summary>
internal sealed record PerplexityTask(string Model, int[] Tokens, int Window, int Unscored, LlamaContextOptions Options) : ProbeTask
{
    public override object Run()
    {
        using LlamaModel model = LlamaModel.Load(Model);
        using LlamaContext context = model.CreateContext(Options);
        (double perplexity, int scored) = LlamaPerplexity.Measure(model, context, Tokens, Window, Unscored);
        return new double[] { perplexity, scored };
    }
}
