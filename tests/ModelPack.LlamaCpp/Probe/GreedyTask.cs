namespace ModelPack.LlamaCpp.Probe;

/// <summary>Greedy continuations of prompts.</summary>
internal sealed record GreedyTask(string Model, int[][] Prompts, int Most, LlamaContextOptions Options) : ProbeTask
{
    public override object Run()
    {
        using LlamaModel model = LlamaModel.Load(Model);
        using LlamaContext context = model.CreateContext(Options);
        return Prompts.Select(prompt => LlamaGeneration.Greedy(model, context, prompt, Most)).ToArray();
    }
}
