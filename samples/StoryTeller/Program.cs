using Microsoft.Extensions.AI;
using ModelPack.Runtime;

string prompt = args.Length > 0 ? string.Join(' ', args) : "Write a bedtime story with a fox, a lantern and a river.";

using PackedModel model = PackedModel.Open("models/tinytales");
using IChatClient chat = model.AsIChatClient();
await foreach (ChatResponseUpdate update in chat.GetStreamingResponseAsync(prompt))
{
    Console.Write(update.Text);
}

Console.WriteLine();
