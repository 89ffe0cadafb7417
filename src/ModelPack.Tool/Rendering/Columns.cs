namespace ModelPack.Tool.Rendering;

/// <summary>Aligned columns of plain text: what a table needs without loading a rendering library.</summary>
internal sealed class Columns(params (string Title, bool Right)[] columns)
{
    private readonly List<string[]> _rows = [];

    public void Add(params string[] cells) => _rows.Add(cells);

    public void Write(TextWriter writer)
    {
        string[] titles = [.. columns.Select(column => column.Title)];
        int[] widths = [.. columns.Select((column, index) => Math.Max(column.Title.Length, _rows.Select(row => row[index].Length).DefaultIfEmpty().Max()))];
        WriteRow(writer, titles, widths);
        foreach (string[] row in _rows)
        {
            WriteRow(writer, row, widths);
        }
    }

    private void WriteRow(TextWriter writer, string[] cells, int[] widths)
    {
        var line = new System.Text.StringBuilder();
        for (int i = 0; i < cells.Length; i++)
        {
            line.Append(i > 0 ? "  " : "").Append(columns[i].Right ? cells[i].PadLeft(widths[i]) : cells[i].PadRight(widths[i]));
        }

        writer.WriteLine(line.ToString().TrimEnd());
    }
}
