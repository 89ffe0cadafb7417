using System.Runtime.InteropServices;
using System.Text.Json;

namespace ModelPack.GenAiProbe;

/// <summary>The mode <c>serve</c>.</summary>
internal static class Generation
{
    public static object Serve(string library)
    {
        int served = 0;
        while (Console.In.ReadLine() is { } line)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(Answer(library, JsonSerializer.Deserialize<GenerationTask>(line, JsonSerializerOptions.Web)!)));
            served++;
        }

        return new { served };
    }

    private static object Answer(string library, GenerationTask task)
    {
        try
        {
            return Run(library, task);
        }
        catch (GenAiException e)
        {
            return new { error = e.Message };
        }
    }

    private static object Run(string library, GenerationTask task)
    {
        using var model = new GenAiModel(library, task.Folder, threads: 1);
        using GenAiGenerator generator = model.Generate(task.Ids.Length + task.NewTokens);
        using GenAiAdapter? adapter = task.Adapter is null ? null : new GenAiAdapter(model, generator, task.Adapter);
        using FileStream logits = File.Create(task.Logits);
        generator.Append(task.Ids);
        logits.Write(MemoryMarshal.AsBytes<float>(generator.Logits()));
        for (int i = 0; i < task.NewTokens && !generator.IsDone; i++)
        {
            generator.Next();
            if (i > 0)
            {
                logits.Write(MemoryMarshal.AsBytes<float>(generator.Logits()));
            }
        }

        return new { type = model.Type, ids = generator.Sequence()[task.Ids.Length..] };
    }
}
