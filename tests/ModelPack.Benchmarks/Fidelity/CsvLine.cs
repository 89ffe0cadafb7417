using System.Text;

namespace ModelPack.Benchmarks.Fidelity;

/// <summary>Fields of a line of comma-separated values.</summary>
internal static class CsvLine
{
    public static List<string> Split(string line)
    {
        var fields = new List<string>();
        var field = new StringBuilder();
        bool quoted = false;
        foreach (char c in line)
        {
            if (c == '"')
            {
                quoted = !quoted;
            }
            else if (c == ',' && !quoted)
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else
            {
                field.Append(c);
            }
        }

        fields.Add(field.ToString());
        return fields;
    }

    public static string Join(IEnumerable<string> fields) =>
        string.Join(',', fields.Select(field => field.Contains(',', StringComparison.Ordinal) ? $"\"{field}\"" : field));
}
