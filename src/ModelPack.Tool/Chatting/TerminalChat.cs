using ModelPack.Tool.CommandLine;
using ModelPack.Tool.Hosting;
using ModelPack.Tool.Rendering;

namespace ModelPack.Tool.Chatting;

/// <summary>Questions from the keyboard, answers on the screen. Ctrl+C ends an answer; at the prompt it ends the chat.</summary>
internal sealed class TerminalChat(Conversation conversation, CommandContext context)
{
    private const string Help = "/clear forgets what was said, /exit or Ctrl+D ends the chat, Ctrl+C stops an answer.";

    public async Task<int> RunAsync(CancellationToken token)
    {
        ToolConsole console = context.Console;
        console.Message(Help);
        while (true)
        {
            await console.Messages.WriteAsync("> ").ConfigureAwait(false);
            await console.Messages.FlushAsync(token).ConfigureAwait(false);
            // The read itself cannot be cancelled, waiting for it can.
            string? line = await Task.Run(Console.ReadLine, CancellationToken.None).WaitAsync(token).ConfigureAwait(false);
            switch (line?.Trim())
            {
                case null:
                    console.Message("");
                    return ExitCode.Done;
                case "/exit":
                    return ExitCode.Done;
                case "/clear":
                    conversation.Clear();
                    break;
                case "/help":
                    console.Message(Help);
                    break;
                case "":
                    break;
                case var prompt:
                    await AnswerAsync(prompt, token).ConfigureAwait(false);
                    break;
            }
        }
    }

    private async Task AnswerAsync(string prompt, CancellationToken token)
    {
        ToolConsole console = context.Console;
        using var turn = CancellationTokenSource.CreateLinkedTokenSource(token);
        context.Interrupts.CatchInterrupt(turn.Cancel);
        try
        {
            Answer answer = await conversation.SayAsync(prompt, console.Output, turn.Token).ConfigureAwait(false);
            await EndLineAsync(console).ConfigureAwait(false);
            console.Detail(answer.Describe());
        }
        catch (OperationCanceledException) when (!token.IsCancellationRequested)
        {
            await EndLineAsync(console).ConfigureAwait(false);
        }
        catch (ModelPackException error)
        {
            console.Error(error.Code, error.Message, error.HelpLink);
        }
        finally
        {
            context.Interrupts.CatchInterrupt(null);
        }
    }

    private static async Task EndLineAsync(ToolConsole console)
    {
        await console.Output.WriteLineAsync().ConfigureAwait(false);
        await console.Output.FlushAsync().ConfigureAwait(false);
    }
}
