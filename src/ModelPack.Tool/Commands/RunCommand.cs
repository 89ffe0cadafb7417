using System.CommandLine;
using ModelPack.Runtime;
using ModelPack.Runtime.Generation;
using ModelPack.Tool.Chatting;
using ModelPack.Tool.CommandLine;
using ModelPack.Tool.Hosting;
using ModelPack.Tool.Json;
using ModelPack.Tool.Rendering;

namespace ModelPack.Tool.Commands;

/// <summary><c>run</c>: one answer, or a chat in the terminal.</summary>
internal static class RunCommand
{
    public static void Fill(Command command, CommandContext context)
    {
        var packed = new PackedArgument(command);
        var prompt = new Argument<string?>("PROMPT")
        {
            Description = "What to say. Absent: standard input when that is redirected, else a chat in the terminal.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var system = new Option<string?>("--system") { Description = "A system message in front of the conversation.", HelpName = "TEXT" };
        var raw = new Option<bool>("--raw") { Description = "Continue the prompt as it stands, without the chat template." };
        command.Add(prompt);
        command.Add(system);
        command.Add(raw);
        var generation = new GenerationArguments(command);
        command.SetAction(async (result, token) =>
        {
            ToolConsole console = context.Console;
            string? text = result.GetValue(prompt);
            if (text is null && Console.IsInputRedirected)
            {
                text = (await Console.In.ReadToEndAsync(token).ConfigureAwait(false)).TrimEnd('\r', '\n');
            }

            if (text is "" || (text is null && console.Json))
            {
                console.Error(ToolErrors.Usage, "There is no prompt; give PROMPT or write it to standard input.");
                return ExitCode.Usage;
            }

            GenerationOptions options = generation.Read(result);
            using PackedModel model = PackedModel.Open(
                await packed.FolderAsync(result, console, token).ConfigureAwait(false), new PackedModelOptions { Logger = new ConsoleLogger(console) });
            Conversation conversation = Conversation.Begin(model, options, result.GetValue(system), result.GetValue(raw), console);
            if (text is null)
            {
                return await new TerminalChat(conversation, context).RunAsync(token).ConfigureAwait(false);
            }

            await AnswerAsync(conversation, text, console, token).ConfigureAwait(false);
            return ExitCode.Done;
        });
    }

    private static async Task AnswerAsync(Conversation conversation, string prompt, ToolConsole console, CancellationToken token)
    {
        Answer answer = await conversation.SayAsync(prompt, console.Json ? null : console.Output, token).ConfigureAwait(false);
        if (console.Json)
        {
            JsonOutput.Write(console, RunJson.From(answer), ToolJson.Default.RunJson);
        }
        else
        {
            await console.Output.WriteLineAsync().ConfigureAwait(false);
            console.Message(answer.Describe());
        }
    }
}
