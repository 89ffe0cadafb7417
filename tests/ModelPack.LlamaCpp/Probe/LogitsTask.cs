using System.Runtime.InteropServices;

namespace ModelPack.LlamaCpp.Probe;

/// <summary>Logits of prompts, float32 one prompt after another, into a file.</summary>
internal sealed record LogitsTask(string Model, int[][] Prompts, LlamaContextOptions Options, string Output) : ProbeTask
{
    public override object Run()
    {
        using LlamaModel model = LlamaModel.Load(Model);
        using LlamaContext context = model.CreateContext(Options);
        using FileStream output = File.Create(Output);
        foreach (int[] prompt in Prompts)
        {
            context.Clear();
            output.Write(MemoryMarshal.AsBytes<float>(context.Logits(prompt)));
        }

        return model.Vocabulary.Count;
    }
}
