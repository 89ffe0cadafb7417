using ModelPack.Tool.Hosting;
using ModelPack.Tool.Rendering;

namespace ModelPack.Tool.CommandLine;

/// <summary>What every command is given.</summary>
internal sealed record CommandContext(ToolConsole Console, Interrupts Interrupts);
