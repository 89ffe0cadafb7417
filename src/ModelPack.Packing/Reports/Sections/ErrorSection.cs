namespace ModelPack.Packing.Reports.Sections;

/// <summary>Error of every quantized weight of the layers.</summary>
internal static class ErrorSection
{
    public static void Write(Html html, ReportData data)
    {
        ReportWeight[] weights = [.. data.Weights.Where(weight => weight is { IsQuantized: true, Layer: not null })];
        if (weights.Length == 0)
        {
            html.Raw("<p>No weight of the layers is quantized.</p>");
            return;
        }

        int layers = data.Weights.Max(weight => weight.Layer ?? 0) + 1;
        html.Raw("<p>Norm of what quantizing changed in a weight, by the norm of the weight. The table under <a href=\"#weights\">Weights</a> has the same numbers, and those of tables outside the layers.</p>");
        LinePlot.Write(html, "Relative error of each weight, by layer", layers, Series(weights, weight => weight.RelativeError), "0.0##");

        ReportWeight[] compared = [.. weights.Where(weight => weight is { OutputError: not null, RoundToNearestOutputError: > 0 })];
        if (compared.Length > 0)
        {
            html.Raw("<p>Error of a weight\u2019s output on the calibration text, by that of round-to-nearest: below 1, calibration has paid.</p>");
            LinePlot.Write(html, "Error on the calibration text by that of round-to-nearest, by layer", layers, Series(compared, weight => weight.OutputError!.Value / weight.RoundToNearestOutputError!.Value), "0.0##");
        }
    }

    private static (string Name, IReadOnlyList<(int Layer, double Value)> Points)[] Series(ReportWeight[] weights, Func<ReportWeight, double> value) =>
    [
        .. weights.GroupBy(weight => weight.Kind).Take(LinePlot.MostSeries)
            .Select(kind => (kind.Key, (IReadOnlyList<(int, double)>)[.. kind.Select(weight => (weight.Layer!.Value, value(weight)))])),
    ];
}
