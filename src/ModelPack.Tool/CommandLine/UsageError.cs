using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using ModelPack.Packing.Recipes;

namespace ModelPack.Tool.CommandLine;

/// <summary>Puts what is wrong with a command line into one sentence.</summary>
internal static class UsageError
{
    /// <summary>The first mistake, with the nearest known word and the way to the help; null when there is none or help is asked for.</summary>
    public static string? Find(ParseResult result)
    {
        if (result.Errors.Count == 0 || result.Action is HelpAction || result.Action?.ClearsParseErrors == true)
        {
            return null;
        }

        Command command = result.CommandResult.Command;
        string sentence = result.UnmatchedTokens is [var unknown, ..]
            ? Unknown(unknown, command)
            : result.Errors[0].Message.TrimEnd('.');
        return $"{sentence}; `dotnet modelpack {Path(result.CommandResult)}--help` shows the usage.";
    }

    private static string Unknown(string token, Command command)
    {
        bool option = token.StartsWith('-');
        IEnumerable<string> known = option ? AllOptions(command) : command.Subcommands.Where(sub => !sub.Hidden).Select(sub => sub.Name);
        string what = option ? "option" : command.Subcommands.Count > 0 ? "command" : "argument";
        string meant = NearestName.Find(token, known) is { } nearest ? $" (did you mean '{nearest}'?)" : "";
        return $"Unknown {what} '{token}'{meant}";
    }

    private static IEnumerable<string> AllOptions(Command command) => command.Options
        .Concat(command.Parents.OfType<Command>().SelectMany(parent => parent.Options.Where(option => option.Recursive)))
        .Where(option => !option.Hidden)
        .Select(option => option.Name);

    private static string Path(CommandResult result) =>
        result.Parent is CommandResult parent ? $"{Path(parent)}{result.Command.Name} " : "";
}
