using System.Text.RegularExpressions;

namespace ModelPack.Tests;

public sealed partial class ErrorCodeTests
{
    [Fact]
    public void Every_code_in_the_source_has_one_line_in_the_error_list()
    {
        string[] undocumented = [.. CodesInSource().Keys.Except(DocumentedCodes()).Order()];

        Assert.True(undocumented.Length == 0, "not in docs/errors.md: " + string.Join(", ", undocumented));
    }

    [Fact]
    public void Every_line_of_the_error_list_belongs_to_a_code_in_the_source()
    {
        string[] unused = [.. DocumentedCodes().Except(CodesInSource().Keys).Order()];

        Assert.True(unused.Length == 0, "in docs/errors.md, but in no source file: " + string.Join(", ", unused));
    }

    [Fact]
    public void No_code_is_listed_twice()
    {
        string[] twice = [.. DocumentedCodes().GroupBy(code => code).Where(group => group.Count() > 1).Select(group => group.Key)];

        Assert.Empty(twice);
    }

    [Fact]
    public void No_two_names_stand_for_one_code()
    {
        string[] shared = [.. CodesInSource().Where(code => code.Value.Count > 1).Select(code => $"{code.Key}: {string.Join(", ", code.Value.Order())}")];

        Assert.True(shared.Length == 0, string.Join("; ", shared));
    }

    // Code -> the constants that define it. A literal outside a constant counts for the file it stands in.
    private static Dictionary<string, HashSet<string>> CodesInSource()
    {
        var codes = new Dictionary<string, HashSet<string>>();
        foreach (string file in Directory.EnumerateFiles(Path.Combine(SharedFolder.Repository, "src"), "*.cs", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateFiles(Path.Combine(SharedFolder.Repository, "build"), "*.targets", SearchOption.AllDirectories))
            .Where(file => !file.Replace('\\', '/').Contains("/obj/", StringComparison.Ordinal)))
        {
            foreach (string line in File.ReadLines(file).Where(line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal)))
            {
                foreach (Match match in CodeLiteral().Matches(line))
                {
                    string name = Definition().Match(line) is { Success: true } definition ? Path.GetFileName(file) + " " + definition.Groups[1].Value : "";
                    HashSet<string> names = codes.TryGetValue(match.Groups[1].Value, out HashSet<string>? known) ? known : codes[match.Groups[1].Value] = [];
                    if (name.Length > 0)
                    {
                        names.Add(name);
                    }
                }
            }
        }

        return codes;
    }

    private static IReadOnlyList<string> DocumentedCodes() =>
        [.. File.ReadLines(Path.Combine(SharedFolder.Repository, "docs", "errors.md")).Select(line => Row().Match(line)).Where(row => row.Success).Select(row => row.Groups[1].Value)];

    [GeneratedRegex("[\"'](MPK[0-9]{4})[\"']")]
    private static partial Regex CodeLiteral();

    [GeneratedRegex("const string (\\w+) =")]
    private static partial Regex Definition();

    [GeneratedRegex("^\\| *`?(MPK[0-9]{4})`? *\\|")]
    private static partial Regex Row();
}
