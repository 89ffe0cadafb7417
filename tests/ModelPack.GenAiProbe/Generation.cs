using System.Runtime.InteropServices;

namespace ModelPack.GenAiProbe;

/// <summary>The mode <c>generate</c>.</summary>
internal static class Generation
{
    public static object Run(string library, string folder, int[] prompt, int newTokens, string? logitsFile, string? adapterFile)
    {
        using var model = new GenAiModel(library, folder, threads: 1);
        using GenAiGenerator generator = model.Generate(prompt.Length + newTokens);
        using GenAiAdapter? adapter = adapterFile is null ? null : new GenAiAdapter(model, generator, adapterFile);
        using FileStream? logits = logitsFile is null ? null : File.Create(logitsFile);
        generator.Append(prompt);
        logits?.Write(MemoryMarshal.AsBytes<float>(generator.Logits()));
        for (int i = 0; i < newTokens && !generator.IsDone; i++)
        {
            generator.Next();
            if (i > 0)
            {
                logits?.Write(MemoryMarshal.AsBytes<float>(generator.Logits()));
            }
        }

        return new { type = model.Type, ids = generator.Sequence()[prompt.Length..] };
    }
}
