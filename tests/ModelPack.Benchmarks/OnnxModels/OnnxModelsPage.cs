using System.Globalization;
using System.Text;
using ModelPack.Packing.Planning;

namespace ModelPack.Benchmarks.OnnxModels;

/// <summary>docs/onnx-models.md.</summary>
internal static class OnnxModelsPage
{
    public static void Write(string file, IReadOnlyList<OnnxModelRow> rows, IReadOnlyList<(string Model, string Inputs)> inputs)
    {
        var page = new StringBuilder();
        page.Append(
            """
            # Ready ONNX files

            Published ONNX models, packed in every mode, beside themselves in float32. This page is written by

            ```bash
            dotnet run -c Release --project tests/ModelPack.Benchmarks -- onnx-models
            ```

            Size is that of the packed graph with its data file against the source file. Speed is the float model's processor time by the packed
            one's, in the same process, in turns, batch 1, one thread: above 1 the packed model is faster. The face detector lists its weights among its
            inputs, where ONNX Runtime neither folds nor packs them; packing makes them constant, which is most of its gain. Error is the norm of the difference of all outputs by
            their norm. Decisions are compared with the float model's on the same inputs: the largest class, boxes after suppression with an
            intersection over union above 0.9, chunks of speech on the same side of 0.5. *Of the same anchor*: the boxes before suppression, which takes another
            box of a face where two anchors score nearly the same. The face detector comes without photographs and is shown
            drawn faces. `gptq`, `dynamic` and `static` get inputs with `Calibration`: other ones than those that are compared, except for every
            fourth of the file type detector's.


            """);
        foreach ((string model, string what) in inputs)
        {
            OnnxModelRow[] own = [.. rows.Where(row => row.Model == model)];
            page.Append(CultureInfo.InvariantCulture, $"## {char.ToUpperInvariant(model[0])}{model[1..]}\n\n{what}; source {(own.Length > 0 ? ByteText.Of(own[0].SourceBytes) : "not packed")}.\n\n");
            page.Append("| mode | size | smaller by | speed | error | decisions | operators |\n| --- | ---: | ---: | ---: | ---: | --- | --- |\n");
            foreach (OnnxModelRow row in own)
            {
                page.Append(CultureInfo.InvariantCulture, $"| {row.Mode} | {ByteText.Of(row.Bytes)} | {(double)row.SourceBytes / row.Bytes:0.00}x | {row.SpeedUp:0.00}x | {Number(row.Error)} | {row.Decisions}{(row.Equal ? "" : " (**not equal**)")} | {row.Quantized} quantized; {Stayed(row)} |\n");
            }

            page.Append('\n');
        }

        File.WriteAllText(file, page.ToString());
    }

    private static string Number(double value) => value == 0 ? "0" : value.ToString(value < 1e-4 ? "0.0e0" : "0.#####", CultureInfo.InvariantCulture);

    private static string Stayed(OnnxModelRow row) => row.Stayed.Count == 0 ? "none float" : "float: " + string.Join("; ", row.Stayed.Select(entry => $"{entry.Count} {entry.Type} ({entry.Reason})"));
}
