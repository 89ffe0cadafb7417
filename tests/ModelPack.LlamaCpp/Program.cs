using System.Text.Json;
using ModelPack.LlamaCpp;
using ModelPack.LlamaCpp.Probe;

// What LlamaProcess starts: one task as JSON on standard input, its result as JSON on standard output.
try
{
    ProbeTask task = JsonSerializer.Deserialize<ProbeTask>(Console.In.ReadToEnd())!;
    Console.Out.WriteLine(JsonSerializer.Serialize(task.Run()));
    return 0;
}
catch (LlamaCppException e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
