using System.CommandLine;
using System.Globalization;
using ModelPack.Packing.Recipes;
using ModelPack.Packing.Store;
using ModelPack.Tool.CommandLine;
using ModelPack.Tool.Hosting;
using ModelPack.Tool.Json;
using ModelPack.Tool.Rendering;

namespace ModelPack.Tool.Commands;

/// <summary><c>cache</c>: what the store holds, whether it is whole, and how it is made smaller.</summary>
internal static class CacheCommand
{
    public static void Fill(Command command, CommandContext context)
    {
        command.Add(Sub("list", "Lists what the store holds.", context, (store, _, _) => List(store, context.Console)));
        command.Add(Sub("verify", "Reads every byte of the store and drops what is damaged.", context, (store, _, token) => Verify(store, context.Console, token)));
        command.Add(Prune(context));
        command.Add(Sub("clear", "Removes everything that is not in use.", context, (store, _, _) => Clean(store, store.Clear(), context.Console)));
    }

    private static Command Prune(CommandContext context)
    {
        var size = new Option<string?>("--max-size")
        {
            Description = "Size that may stay, such as 20GB; MODELPACK_CACHE_SIZE or 20GB when absent.",
            HelpName = "SIZE",
        };
        size.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !ByteSize.TryParse(token.Value, out _))
            {
                result.AddError($"--max-size is '{token.Value}'; allowed: {ByteSize.Values}");
            }
        });
        Command command = Sub("prune", "Removes what was not used for longest until the rest fits.", context, (store, result, _) =>
        {
            long most = result.GetValue(size) is { } text && ByteSize.TryParse(text, out long bytes) ? bytes : store.MaxBytes;
            return Clean(store, store.Prune(most), context.Console);
        });
        command.Add(size);
        return command;
    }

    private static Command Sub(string name, string summary, CommandContext context, Func<PackStore, ParseResult, CancellationToken, int> act)
    {
        var command = new Command(name, summary);
        var option = new StoreOption(command);
        command.SetAction((result, token) =>
        {
            using PackStore store = option.Open(result, context.Console);
            return Task.FromResult(act(store, result, token));
        });
        return command;
    }

    private static int List(PackStore store, ToolConsole console)
    {
        IReadOnlyList<StoreEntry> entries = store.Entries();
        if (console.Json)
        {
            JsonOutput.Write(console, CacheJson.From(store, entries), ToolJson.Default.CacheJson);
            return ExitCode.Done;
        }

        var columns = new Columns(("kind", false), ("name", false), ("key", false), ("bytes", true), ("last used", false));
        foreach (StoreEntry entry in entries.Where(entry => entry.Kind == StoreEntryKind.Model || console.Verbosity == Verbosity.Detailed))
        {
            columns.Add(
                entry.Kind.ToString().ToLowerInvariant(),
                entry.Name,
                entry.Key,
                entry.Bytes.ToString(CultureInfo.InvariantCulture),
                entry.LastUsed.ToString("u", CultureInfo.InvariantCulture));
        }

        columns.Write(console.Output);
        console.Output.WriteLine();
        WriteTotals(console, store, entries);
        return ExitCode.Done;
    }

    private static int Verify(PackStore store, ToolConsole console, CancellationToken token)
    {
        var faults = new Dictionary<StoreEntry, string?>();
        var entries = new List<StoreEntry>();
        IReadOnlyList<StoreEntry> damaged = store.Verify(
            (entry, fault) =>
            {
                entries.Add(entry);
                faults[entry] = fault;
            },
            token);
        if (console.Json)
        {
            JsonOutput.Write(console, CacheJson.From(store, entries, entry => faults[entry]), ToolJson.Default.CacheJson);
        }
        else
        {
            console.Output.WriteLine($"{entries.Count} entries, {Units.Bytes(entries.Sum(entry => (double)entry.Bytes))}: {damaged.Count} damaged");
        }

        if (damaged.Count == 0)
        {
            return ExitCode.Done;
        }

        console.Error(
            ToolErrors.StoreWasDamaged,
            $"{damaged.Count} of {entries.Count} entries in {store.Directory} were damaged and have been dropped; they are made again when they are needed. Check the disk if this happens again.");
        return ExitCode.Failed;
    }

    private static int Clean(PackStore store, StoreCleanup cleanup, ToolConsole console)
    {
        IReadOnlyList<StoreEntry> entries = store.Entries();
        if (console.Json)
        {
            JsonOutput.Write(console, CacheJson.From(store, entries) with { Removed = cleanup.Entries, FreedBytes = cleanup.Bytes, InUse = cleanup.Kept }, ToolJson.Default.CacheJson);
            return ExitCode.Done;
        }

        string inUse = cleanup.Kept > 0 ? $", {cleanup.Kept} in use were kept" : "";
        console.Output.WriteLine($"{cleanup.Entries} entries removed, {Units.Bytes(cleanup.Bytes)} freed{inUse}");
        WriteTotals(console, store, entries);
        return ExitCode.Done;
    }

    private static void WriteTotals(ToolConsole console, PackStore store, IReadOnlyList<StoreEntry> entries)
    {
        IEnumerable<string> kinds = entries.GroupBy(entry => entry.Kind).Select(kind =>
            $"{kind.Count()} {(kind.Key == StoreEntryKind.Model ? "model" : "tensor")}{(kind.Count() == 1 ? "" : "s")} ({Units.Bytes(kind.Sum(entry => (double)entry.Bytes))})");
        string held = entries.Count == 0 ? "nothing" : string.Join(", ", kinds);
        console.Output.WriteLine($"{store.Directory}: {held} of at most {Units.Bytes(store.MaxBytes)}");
    }
}
