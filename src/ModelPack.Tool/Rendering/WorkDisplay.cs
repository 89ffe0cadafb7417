using System.Globalization;

namespace ModelPack.Tool.Rendering;

/// <summary>Shows long work on standard error: live on a terminal, as plain lines elsewhere, not at all when quiet.</summary>
internal static class WorkDisplay
{
    /// <summary>Runs <paramref name="work"/> while showing what it reports.</summary>
    public static Task<T> RunAsync<T>(ToolConsole console, WorkUnit unit, Func<IProgress<Step>?, Task<T>> work) => console switch
    {
        { Verbosity: Verbosity.Quiet } => work(null),
        { IsLive: true } => LiveProgress.RunAsync(console, unit, work),
        _ => RunPlainAsync(console.Messages, unit, work),
    };

    /// <summary>Runs <paramref name="work"/> with plain lines on <paramref name="writer"/>.</summary>
    public static async Task<T> RunPlainAsync<T>(TextWriter writer, WorkUnit unit, Func<IProgress<Step>?, Task<T>> work)
    {
        var lines = new LineProgress(writer, unit);
        T result = await work(lines).ConfigureAwait(false);
        lines.Complete();
        return result;
    }

    /// <summary>A count with its unit.</summary>
    public static string Format(WorkUnit unit, double count) =>
        unit == WorkUnit.Bytes ? Units.Bytes(count) : count.ToString(count < 10 ? "0.#" : "0", CultureInfo.InvariantCulture) + " windows";
}
