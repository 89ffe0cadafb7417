using ModelPack.Tool.Commands;

namespace ModelPack.Tool.CommandLine;

/// <summary>The commands, in the order of the help.</summary>
internal static class CommandTable
{
    public static IReadOnlyList<CommandEntry> All { get; } =
    [
        new("quantize", "Quantizes a model into a folder.", QuantizeCommand.Fill),
        new("plan", "Says what quantizing would do, or why it cannot be done.", PlanCommand.Fill),
        new("inspect", "Shows tensors and metadata of a model file or folder.", InspectCommand.Fill),
        new("eval", "Measures a packed model against its source on a text.", EvalCommand.Fill),
        new("run", "Generates text with a packed model.", RunCommand.Fill),
        new("cache", "Looks after the store of packed models.", CacheCommand.Fill),
        new("doctor", "Shows which execution providers can be used, and why others cannot.", DoctorCommand.Fill),
        new("settings", "Writes the page of all settings.", SettingsCommand.Fill, Hidden: true),
        new("build-plan", "Plans the models of a build.", BuildPlanCommand.Fill, Hidden: true),
        new("build-run", "Quantizes the models of a build.", BuildRunCommand.Fill, Hidden: true),
    ];
}
