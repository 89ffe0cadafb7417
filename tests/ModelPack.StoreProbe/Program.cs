using ModelPack;
using ModelPack.Packing.Store;

// Usage: add|hang|tensors|use STORE [KEY]. Every step is one line on standard output.
using PackStore store = PackStore.Open(args[1], warning => Say("warning " + warning.Code));
string key = args.Length > 2 ? args[2] : string.Empty;
try
{
    switch (args[0])
    {
        case "add":
            StoreResult result = await store.GetOrAddModelAsync(key, "probe", CreateAsync, _ => Say("waiting"));
            Say(result.Hit ? "hit" : "made");
            break;
        case "hang":
            await store.GetOrAddModelAsync(key, "probe", HangAsync);
            break;
        case "tensors":
            byte[] codes = new byte[8 << 20];
            for (int i = 0; ; i++)
            {
                Array.Fill(codes, (byte)i);
                store.WriteTensor($"tensor-{i % 8:d4}", codes, [1], []);
                Say("written");
            }

        case "use":
            Say(store.TryGetModel(key, out _) ? "using" : "absent");
            Console.ReadLine();
            break;
        default:
            return 2;
    }
}
catch (ModelPackException e)
{
    Say(e.Code + " " + e.Message);
    return 1;
}

return 0;

static async Task CreateAsync(string staging, CancellationToken cancellation)
{
    Say("creating");
    await File.WriteAllTextAsync(Path.Combine(staging, "first"), "one", cancellation);
    await Task.Delay(500, cancellation);
    await File.WriteAllTextAsync(Path.Combine(staging, "second"), "two", cancellation);
}

static async Task HangAsync(string staging, CancellationToken cancellation)
{
    await File.WriteAllBytesAsync(Path.Combine(staging, "first"), new byte[1 << 20], cancellation);
    Say("half");
    await Task.Delay(Timeout.Infinite, cancellation);
}

static void Say(string line)
{
    Console.Out.WriteLine(line);
    Console.Out.Flush();
}
