using System.Text.Json;
using ModelPack.LlamaCpp;
using ModelPack.LlamaCpp.Probe;

// What LlamaProcess starts: a line of standard input is a task as JSON, a line of standard output its result, or the reason why there is none.
while (Console.In.ReadLine() is { } line)
{
    Console.Out.WriteLine(JsonSerializer.Serialize(Answer(JsonSerializer.Deserialize<ProbeTask>(line)!)));
}

static ProbeAnswer Answer(ProbeTask task)
{
    try
    {
        return new ProbeAnswer(JsonSerializer.SerializeToElement(task.Run()), null);
    }
    catch (LlamaCppException e)
    {
        return new ProbeAnswer(null, e.Message);
    }
}
