using System.Globalization;
using System.Text.RegularExpressions;

namespace ModelPack.Build;

/// <summary>An error or warning that the tool printed in MSBuild's canonical form.</summary>
internal sealed class ToolMessage
{
    private static readonly Regex Form = new(
        @"^\s*((?<file>.*?)\s*(\((?<line>\d+)(,(?<column>\d+))?\))?\s*:\s*)?(?<kind>error|warning)\s+(?<code>MPK\d{4})\s*:\s*(?<text>.*)$",
        RegexOptions.CultureInvariant);

    private ToolMessage(Match match)
    {
        File = match.Groups["file"].Value;
        Line = Number(match.Groups["line"]);
        Column = Number(match.Groups["column"]);
        IsError = match.Groups["kind"].Value == "error";
        Code = match.Groups["code"].Value;
        Text = match.Groups["text"].Value;
    }

    public string File { get; }

    public int Line { get; }

    public int Column { get; }

    public bool IsError { get; }

    public string Code { get; }

    public string Text { get; }

    /// <summary>Reads one line of output; null when it is neither an error nor a warning of ModelPack.</summary>
    public static ToolMessage? Parse(string line)
    {
        Match match = Form.Match(line);
        return match.Success ? new ToolMessage(match) : null;
    }

    private static int Number(Group group) =>
        int.TryParse(group.Value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0;
}
