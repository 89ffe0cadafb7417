using ModelPack.Packing.Manifests;

namespace ModelPack.Packing.Reports.Sections;

/// <summary>What activations were measured on.</summary>
internal static class CalibrationSection
{
    public static void Write(Html html, ReportData data)
    {
        if (data.Calibration is not { } calibration)
        {
            html.Raw("<p>None: no method of this model looks at activations.</p>");
            return;
        }

        if (calibration.Length == 0)
        {
            html.Line($"<p>{Figure.Count(calibration.Rows)} samples of {calibration.Source}.</p>");
            return;
        }

        string text = calibration.Source == "self" ? "text that the model wrote itself" : calibration.Source;
        html.Line($"<p>{Figure.Count(calibration.Rows)} rows of {calibration.Length} tokens from {text}. {Targets(calibration)}</p>");
    }

    private static string Targets(ManifestCalibration calibration) => calibration switch
    {
        { HeldOutKlWithTargets: { } with, HeldOutKlWithoutTargets: { } without } =>
            $"Asking weights for what the unquantized model produced gave a KL divergence of {Figure.Of(with)} on rows held out, not asking {Figure.Of(without)}: {(calibration.Targets == true ? "they were asked" : "they were not")}.",
        { Targets: true } => "Weights were asked for what the unquantized model produced.",
        { Targets: false } => "Weights were asked for what their own inputs give.",
        _ => "",
    };
}
