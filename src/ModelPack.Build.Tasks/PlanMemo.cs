using System.Globalization;
using System.Text;

namespace ModelPack.Build;

/// <summary>
/// A plan remembered beside the project's intermediate files, one small text file for each set of settings, so that every
/// target framework and configuration finds it. It holds as long as a stat says that tool and inputs are as they were.
/// </summary>
internal sealed class PlanMemo
{
    private const string Header = "ModelPack plan 1";
    private const string Extension = ".plan";
    private const int InputsFrom = 8;

    private readonly string[] _lines;

    private PlanMemo(string path, string[] lines)
    {
        FilePath = path;
        _lines = lines;
    }

    /// <summary>Full path of the memo.</summary>
    public readonly string FilePath;

    /// <summary>The remembered plan.</summary>
    public PlannedModel Plan(string include)
    {
        string[] files = _lines[7].Split('\t');
        for (int i = 0; i < files.Length; i++)
        {
            files[i] = Line.Unescape(files[i]);
        }

        return new PlannedModel(include, Line.Unescape(_lines[4]), _lines[5], Line.Unescape(_lines[6]), files, [], "");
    }

    /// <summary>Full paths of the files that the plan depends on.</summary>
    public string[] Inputs()
    {
        var inputs = new string[_lines.Length - InputsFrom];
        for (int i = 0; i < inputs.Length; i++)
        {
            inputs[i] = PathOf(_lines[InputsFrom + i]);
        }

        return inputs;
    }

    /// <summary>True when tool, store and every input are what they were at the time of the plan; reads no content.</summary>
    /// <param name="context">What <see cref="Context"/> gives now.</param>
    public bool Holds(string context)
    {
        if (_lines[2] != context)
        {
            return false;
        }

        for (int i = InputsFrom; i < _lines.Length; i++)
        {
            string line = _lines[i];
            if (!line.StartsWith(FileStamp.Of(PathOf(line)) + "\t", StringComparison.Ordinal))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Where the memo for these settings lies, whether it exists or not.</summary>
    /// <param name="stateDirectory">Folder of the memos.</param>
    /// <param name="model">The settings.</param>
    /// <param name="canonical">Their <see cref="ModelSettings.Canonical"/> text.</param>
    public static string PathFor(string stateDirectory, ModelSettings model, string canonical) => Path.Combine(
        stateDirectory,
        Path.GetFileName(model.Include) + "-" + Fnv1a(canonical).ToString("x16", CultureInfo.InvariantCulture) + Extension);

    /// <summary>Reads a memo; null when there is none for exactly these settings.</summary>
    public static PlanMemo? Read(string path, string canonical)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        string[] lines;
        try
        {
            lines = File.ReadAllLines(path);
        }
        catch (IOException)
        {
            return null;
        }

        return lines.Length >= InputsFrom && lines[0] == Header && lines[1] == canonical ? new PlanMemo(path, lines) : null;
    }

    /// <summary>The memo written last for a source, whatever its settings were then; null when there is none.</summary>
    public static PlanMemo? ReadLatest(string stateDirectory, ModelSettings model)
    {
        if (!Directory.Exists(stateDirectory))
        {
            return null;
        }

        PlanMemo? latest = null;
        DateTime latestTime = DateTime.MinValue;
        foreach (string path in Directory.GetFiles(stateDirectory, Path.GetFileName(model.Include) + "-*" + Extension))
        {
            DateTime time = File.GetLastWriteTimeUtc(path);
            string[] lines = File.ReadAllLines(path);
            if (time > latestTime && lines.Length >= InputsFrom && lines[0] == Header && lines[3] == Line.Escape(model.Include))
            {
                latest = new PlanMemo(path, lines);
                latestTime = time;
            }
        }

        return latest;
    }

    /// <summary>
    /// Remembers a plan. Does nothing, and gives null, when an input was written after the plan began, because then nobody knows
    /// which of its contents the plan has seen.
    /// </summary>
    public static PlanMemo? Write(string path, string canonical, string context, PlannedModel plan, DateTime planBeganUtc)
    {
        var text = new StringBuilder(1024)
            .Append(Header).Append('\n')
            .Append(canonical).Append('\n')
            .Append(context).Append('\n')
            .Append(Line.Escape(plan.Include)).Append('\n')
            .Append(Line.Escape(plan.Name)).Append('\n')
            .Append(plan.Key).Append('\n')
            .Append(Line.Escape(plan.Folder)).Append('\n')
            .Append(string.Join("\t", plan.Files.Select(Line.Escape))).Append('\n');

        // The source itself too: a folder's stamp changes when a file is added to it.
        foreach (string input in plan.Inputs.Prepend(plan.Include).Distinct(StringComparer.Ordinal))
        {
            if (File.GetLastWriteTimeUtc(input) >= planBeganUtc)
            {
                return null;
            }

            text.Append(FileStamp.Of(input)).Append('\t').Append(Line.Escape(input)).Append('\n');
        }

        WriteAtomically(path, text.ToString());
        return Read(path, canonical);
    }

    /// <summary>One line that names the tool's build and whatever decides where the store is.</summary>
    public static string Context(string toolAssembly, string storeContext) => Line.Escape(
        toolAssembly + "\n" + FileStamp.Of(toolAssembly) + "\n" + FileStamp.Of(Path.GetDirectoryName(toolAssembly) ?? "") + "\n" + storeContext);

    private static string PathOf(string inputLine) => Line.Unescape(inputLine.Substring(inputLine.IndexOf('\t') + 1));

    private static void WriteAtomically(string path, string text)
    {
        string temporary = path + "." + Guid.NewGuid().ToString("N");
        File.WriteAllText(temporary, text);
        try
        {
            if (File.Exists(path))
            {
                File.Replace(temporary, path, null);
            }
            else
            {
                File.Move(temporary, path);
            }
        }
        catch (IOException)
        {
            // Another target framework wrote the same plan at the same moment.
            File.Delete(temporary);
        }
    }

    private static ulong Fnv1a(string text)
    {
        ulong hash = 14695981039346656037UL;
        foreach (char c in text)
        {
            hash = (hash ^ c) * 1099511628211UL;
        }

        return hash;
    }
}
