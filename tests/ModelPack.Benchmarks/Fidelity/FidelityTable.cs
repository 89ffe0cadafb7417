using System.Globalization;

namespace ModelPack.Benchmarks.Fidelity;

/// <summary>The finished cells, kept in a file beside the page so that a long grid can be run in pieces.</summary>
internal sealed class FidelityTable
{
    // One line a column: its name, and how it is written and read.
    private static readonly (string Name, Func<FidelityRow, string> Write, Func<FidelityRow, string, FidelityRow> Read)[] Columns =
    [
        ("model", row => row.Model, (row, text) => row with { Model = text }),
        ("setting", row => row.Setting, (row, text) => row with { Setting = text }),
        ("method", row => row.Method, (row, text) => row with { Method = text }),
        ("calibration", row => row.Calibration, (row, text) => row with { Calibration = text }),
        ("bits_per_weight", row => Text(row.BitsPerWeight, "F4"), (row, text) => row with { BitsPerWeight = Number(text) }),
        ("perplexity", row => Text(row.Perplexity, "F6"), (row, text) => row with { Perplexity = Number(text) }),
        ("deployed_perplexity", row => Text(row.DeployedPerplexity, "F6"), (row, text) => row with { DeployedPerplexity = Number(text) }),
        ("kl", row => Text(row.Kl, "G7"), (row, text) => row with { Kl = Number(text) }),
        ("kl_error", row => Text(row.KlError, "G4"), (row, text) => row with { KlError = Number(text) }),
        ("deployed_kl", row => Text(row.DeployedKl, "G7"), (row, text) => row with { DeployedKl = Number(text) }),
        ("deployed_kl_error", row => Text(row.DeployedKlError, "G4"), (row, text) => row with { DeployedKlError = Number(text) }),
        ("top_agreement", row => Text(row.TopAgreement, "F5"), (row, text) => row with { TopAgreement = Number(text) }),
        ("seconds", row => Text(row.Seconds, "F1"), (row, text) => row with { Seconds = Number(text) }),
        ("processor_seconds", row => Text(row.ProcessorSeconds, "F1"), (row, text) => row with { ProcessorSeconds = Number(text) }),
        ("peak_megabytes", row => Text(row.PeakMegabytes, "F0"), (row, text) => row with { PeakMegabytes = Number(text) }),
        ("reference_perplexity", row => Text(row.ReferencePerplexity, "F6"), (row, text) => row with { ReferencePerplexity = Number(text) }),
        ("windows", row => Text(row.Windows, "F0"), (row, text) => row with { Windows = (int)Number(text) }),
        ("predictions", row => Text(row.Predictions, "F0"), (row, text) => row with { Predictions = (int)Number(text) }),
        ("targets", row => row.Targets, (row, text) => row with { Targets = text }),
        ("fault", row => row.Fault, (row, text) => row with { Fault = text }),
    ];

    private readonly string _file;
    private readonly Dictionary<string, FidelityRow> _rows = new(StringComparer.Ordinal);

    /// <summary>Opens a table; one that does not exist is empty.</summary>
    public FidelityTable(string file)
    {
        _file = file;
        if (File.Exists(file))
        {
            Read(file);
        }
    }

    /// <summary>Takes in the rows of another table, measured elsewhere; they win over its own.</summary>
    public void Add(string file)
    {
        Read(file);
        Save();
    }

    /// <summary>The row of a cell, or null.</summary>
    public FidelityRow? Find(FidelityCell cell) => _rows.GetValueOrDefault(cell.Key);

    /// <summary>Adds or replaces a row and saves the table, in the order of the grid.</summary>
    public void Put(FidelityRow row)
    {
        _rows[row.Key] = row;
        Save();
    }

    private void Read(string file)
    {
        string[] lines = File.ReadAllLines(file);
        List<string> header = CsvLine.Split(lines[0]);
        foreach (List<string> fields in lines.Skip(1).Where(line => line.Length > 0).Select(CsvLine.Split))
        {
            var row = new FidelityRow { Model = "", Setting = "", Method = "", Calibration = "" };
            foreach (var column in Columns.Where(column => header.Contains(column.Name)))
            {
                row = column.Read(row, fields[header.IndexOf(column.Name)]);
            }

            _rows[row.Key] = row;
        }
    }

    private void Save()
    {
        var order = FidelityCell.All.Select((cell, index) => (cell.Key, index)).ToDictionary(pair => pair.Key, pair => pair.index);
        IEnumerable<string> lines = _rows.Values
            .OrderBy(each => order.GetValueOrDefault(each.Key, int.MaxValue)).ThenBy(each => each.Key, StringComparer.Ordinal)
            .Select(each => CsvLine.Join(Columns.Select(column => column.Write(each))));
        File.WriteAllText(_file + ".part", string.Join('\n', [string.Join(',', Columns.Select(column => column.Name)), .. lines]) + "\n");
        File.Move(_file + ".part", _file, overwrite: true);
    }

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    private static double Number(string text) => double.TryParse(text, CultureInfo.InvariantCulture, out double value) ? value : double.NaN;
}
