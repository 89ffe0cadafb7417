using System.Diagnostics;
using System.Text.Json;
using ModelPack.Benchmarks.Tokenization;
using ModelPack.Runtime.Chat.Templates;

namespace ModelPack.Benchmarks.Templates;

/// <summary>
/// A chat of 100 messages by every published template of the shared folder, next to Hugging Face's interpreter in the same run:
/// <c>templates [NODE_MODULES]</c>, where NODE_MODULES is a folder in which <c>npm install @huggingface/jinja</c> was run.
/// </summary>
internal static class TemplateBenchmark
{
    private const int Messages = 100;
    private const int Times = 40;

    public static int Run(string[] args)
    {
        string folder = Path.Combine(Repository.Shared(), "goldens", "templates");
        JsonElement list = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "templates.json"))).RootElement;
        var templates = list.EnumerateArray()
            .Where(entry => entry.GetProperty("file").GetString()!.EndsWith(".jinja", StringComparison.Ordinal))
            .ToDictionary(
                entry => Path.GetFileNameWithoutExtension(entry.GetProperty("file").GetString()!),
                entry => (Source: File.ReadAllText(Path.Combine(folder, entry.GetProperty("file").GetString()!)), Variables: entry.GetProperty("variables")));
        (string Role, string Content)[] chat = [.. Enumerable.Range(0, Messages).Select(Message)];
        JsonElement? peer = args.Length > 0 ? RunPeer(args[0], templates, chat) : null;
        TemplateMessage[] messages = [.. chat.Select(message => new TemplateMessage(message.Role, message.Content))];
        var rows = new List<(string Name, double Ours, double? Peer, bool Same)>();
        foreach ((string name, (string source, JsonElement variables)) in templates)
        {
            Dictionary<string, object?> values = variables.EnumerateObject().ToDictionary(pair => pair.Name, pair => (object?)pair.Value);
            ChatTemplate template = ChatTemplate.Parse(source, name, values);
            try
            {
                string text = template.Render(messages);
                double ours = Enumerable.Range(0, Times).Min(_ => Processors.Milliseconds(() => template.Render(messages)));
                JsonElement? result = peer?.GetProperty(name) is { ValueKind: JsonValueKind.Object } found ? found : null;
                rows.Add((name, ours, result?.GetProperty("milliseconds").GetDouble(), result?.GetProperty("length").GetInt32() == text.Length));
            }
            catch (ModelPackException refusal)
            {
                Console.WriteLine($"{name} refuses the chat: {refusal.Message}");
            }
        }

        foreach ((string name, double ours, double? theirs, bool same) in rows.OrderByDescending(row => row.Ours))
        {
            Console.WriteLine($"{name}: {ours:F2} ms{(theirs is { } other ? $", peer {other:F2} ms{(same ? "" : " (another text)")}" : ", peer fails")}");
        }

        double[] ratios = [.. rows.Where(row => row.Peer is not null).Select(row => row.Peer!.Value / row.Ours).Order()];
        Console.WriteLine($"{rows.Count} templates, {Messages} messages: slowest {rows.Max(row => row.Ours):F2} ms, median {rows.Select(row => row.Ours).Order().ElementAt(rows.Count / 2):F2} ms"
            + (ratios.Length > 0 ? $"; the peer takes {ratios[0]:F1} to {ratios[^1]:F1} times as long, median {ratios[ratios.Length / 2]:F1}" : ""));
        return rows.All(row => row.Ours < 5) ? 0 : 1;
    }

    private static (string Role, string Content) Message(int i) =>
        (i % 2 == 0 ? "user" : "assistant", string.Concat(Enumerable.Repeat($"Message {i} asks about the owl's lantern <b>& more</b>, in a line of some length.\n", 1 + (i % 5))));

    private static JsonElement RunPeer(string modules, Dictionary<string, (string Source, JsonElement Variables)> templates, (string Role, string Content)[] chat)
    {
        string script = Path.Combine(AppContext.BaseDirectory, "Templates", "peer-jinja.cjs");
        using Process node = Process.Start(new ProcessStartInfo("node", [script, modules]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        string request = JsonSerializer.Serialize(new
        {
            templates = templates.ToDictionary(pair => pair.Key, pair => new { source = pair.Value.Source, variables = pair.Value.Variables }),
            messages = chat.Select(message => new { role = message.Role, content = message.Content }),
        });
        node.StandardInput.Write(request);
        node.StandardInput.Close();
        string line = node.StandardOutput.ReadToEnd();
        node.WaitForExit();
        return JsonDocument.Parse(line).RootElement;
    }
}
