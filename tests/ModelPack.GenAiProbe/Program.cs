using System.Text.Json;

namespace ModelPack.GenAiProbe;

/// <summary>
/// Opens a packed folder in ONNX Runtime GenAI's native library, in a process of its own, since that library brings an ONNX
/// Runtime along and ends the process when it cannot find one. Prints lines of JSON.
/// </summary>
internal static class Program
{
    private const string Usage = """
        ModelPack.GenAiProbe serve LIBRARY_FOLDER
            Greedy continuations: a line of standard input is {"folder": MODEL_FOLDER, "ids": [...], "newTokens": N, "logits": FILE,
            "adapter": FILE}, a line of standard output the answer. The adapter may be absent. FILE receives float32 rows: one for each id of the prompt, then one after each new
            token but the last.
        ModelPack.GenAiProbe bench LIBRARY_FOLDER MODEL_FOLDER PROMPT_LENGTH NEW_TOKENS REPEATS [THREADS]
            Tokens per second of prefill and decode, best of REPEATS.
        """;

    public static int Main(string[] args)
    {
        try
        {
            object? result = args switch
            {
                ["serve", string library] => Generation.Serve(library),
                ["bench", string library, string model, string length, string tokens, string repeats, .. string[] rest] when rest.Length <= 1 =>
                    Benchmark.Run(library, model, int.Parse(length), int.Parse(tokens), int.Parse(repeats), rest.Length == 1 ? int.Parse(rest[0]) : 1),
                _ => null,
            };
            if (result is null)
            {
                Console.Error.WriteLine(Usage);
                return 2;
            }

            Console.WriteLine(JsonSerializer.Serialize(result));
            Native.OgaShutdown();
            return 0;
        }
        catch (Exception e) when (e is GenAiException or IOException or FormatException)
        {
            Console.Error.WriteLine(e.Message);
            return 1;
        }
    }
}
