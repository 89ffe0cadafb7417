namespace ModelPack.Packing.Reports;

/// <summary>One setting in a report.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its canonical value.</param>
internal sealed record ReportSetting(string Name, string Value);
