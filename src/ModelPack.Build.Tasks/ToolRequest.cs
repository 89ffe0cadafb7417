using System.Globalization;
using System.Text;

namespace ModelPack.Build;

/// <summary>What a build asks of the tool: the request file of <c>build-plan</c> and <c>build-run</c>.</summary>
internal sealed class ToolRequest
{
    public string Project { get; set; } = "";

    public string CacheDirectory { get; set; } = "";

    /// <summary>Threads to use; 0 leaves it to the tool.</summary>
    public int Threads { get; set; }

    public bool LowPriority { get; set; }

    /// <summary>The process whose end ends the tool.</summary>
    public int ParentProcess { get; set; }

    public bool QuantizeOnBuild { get; set; }

    /// <summary>Where the tool writes its result.</summary>
    public string Result { get; set; } = "";

    public IReadOnlyList<ModelSettings> Models { get; set; } = [];

    /// <summary>The request as JSON.</summary>
    public string ToJson()
    {
        var json = new StringBuilder(512).Append('{');
        Text(json, "project", Project).Append(',');
        Text(json, "cacheDirectory", CacheDirectory).Append(',');
        Bare(json, "threads", Threads.ToString(CultureInfo.InvariantCulture)).Append(',');
        Bare(json, "lowPriority", LowPriority ? "true" : "false").Append(',');
        Bare(json, "parentPid", ParentProcess.ToString(CultureInfo.InvariantCulture)).Append(',');
        Bare(json, "quantizeOnBuild", QuantizeOnBuild ? "true" : "false").Append(',');
        Text(json, "result", Result).Append(',');
        Name(json, "models").Append('[');
        string separator = "";
        foreach (ModelSettings model in Models)
        {
            json.Append(separator).Append('{');
            Text(json, "include", model.Include).Append(',');
            Name(json, "metadata").Append('{');
            string comma = "";
            for (int i = 0; i < model.Names.Length; i++)
            {
                json.Append(comma);
                Text(json, model.Names[i], model.Values[i]);
                comma = ",";
            }

            json.Append("},");
            Text(json, "definingProject", model.DefiningProject).Append('}');
            separator = ",";
        }

        return json.Append("]}").ToString();
    }

    private static StringBuilder Text(StringBuilder json, string name, string value) => Quote(Name(json, name), value);

    private static StringBuilder Bare(StringBuilder json, string name, string value) => Name(json, name).Append(value);

    private static StringBuilder Name(StringBuilder json, string name) => Quote(json, name).Append(':');

    private static StringBuilder Quote(StringBuilder json, string text)
    {
        json.Append('"');
        foreach (char c in text)
        {
            if (c is '"' or '\\')
            {
                json.Append('\\').Append(c);
            }
            else if (c < ' ' || char.IsSurrogate(c))
            {
                json.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
            }
            else
            {
                json.Append(c);
            }
        }

        return json.Append('"');
    }
}
