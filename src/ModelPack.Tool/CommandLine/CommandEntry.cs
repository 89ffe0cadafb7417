using System.CommandLine;

namespace ModelPack.Tool.CommandLine;

/// <summary>One command of the tool.</summary>
/// <param name="Name">Its word on the command line.</param>
/// <param name="Summary">Its line of help.</param>
/// <param name="Fill">Adds arguments, options and action.</param>
/// <param name="Hidden">True: not shown by <c>--help</c>.</param>
internal sealed record CommandEntry(string Name, string Summary, Action<Command, CommandContext> Fill, bool Hidden = false);
