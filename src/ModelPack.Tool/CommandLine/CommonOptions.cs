using System.CommandLine;
using ModelPack.Tool.Rendering;

namespace ModelPack.Tool.CommandLine;

/// <summary>The options that every command takes.</summary>
internal sealed class CommonOptions
{
    private static readonly (string Text, Verbosity Value)[] Verbosities =
    [
        ("q", Verbosity.Quiet), ("quiet", Verbosity.Quiet),
        ("n", Verbosity.Normal), ("normal", Verbosity.Normal),
        ("d", Verbosity.Detailed), ("detailed", Verbosity.Detailed),
    ];

    private readonly Option<bool> _json = new("--json")
    {
        Description = "Print the result as one JSON document on standard output.",
        Recursive = true,
    };

    private readonly Option<string> _verbosity = new("--verbosity", "-v")
    {
        Description = "What is told on standard error: quiet, normal or detailed.",
        HelpName = "q|n|d",
        Recursive = true,
    };

    private readonly Option<bool> _noColor = new("--no-color")
    {
        Description = "Print without colors (as NO_COLOR does).",
        Recursive = true,
    };

    public CommonOptions(RootCommand root)
    {
        _verbosity.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && Find(token.Value) is null)
            {
                result.AddError($"--verbosity is '{token.Value}'; allowed: quiet, normal, detailed.");
            }
        });
        root.Add(_json);
        root.Add(_verbosity);
        root.Add(_noColor);
    }

    /// <summary>Hands what was given to the console.</summary>
    public void Apply(ParseResult result, ToolConsole console)
    {
        console.Json = result.GetResult(_json) is not null && result.GetValue(_json);
        console.Color &= result.GetResult(_noColor) is null || !result.GetValue(_noColor);
        if (result.GetResult(_verbosity)?.Tokens is [var token])
        {
            console.Verbosity = Find(token.Value) ?? Verbosity.Normal;
        }
    }

    private static Verbosity? Find(string text)
    {
        foreach ((string name, Verbosity value) in Verbosities)
        {
            if (name.Equals(text, StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }
        }

        return null;
    }
}
