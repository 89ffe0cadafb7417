namespace ModelPack.Benchmarks.Fidelity;

/// <summary>One thing to measure.</summary>
/// <param name="Model">The model.</param>
/// <param name="Method">How codes are chosen.</param>
/// <param name="Setting">How they are stored.</param>
/// <param name="Calibration">The text that a calibrated method is given; null for the others.</param>
internal sealed record FidelityCell(ReferenceModel Model, FidelityMethod Method, FidelitySetting Setting, CalibrationText? Calibration)
{
    // The chat model has 30 layers: a named part of the grid.
    private static readonly string[] ChatMethods = ["rtn", "gptq no targets", FidelityMethod.Decided];
    private static readonly string[] ChatSettings = ["4g64s", "4g128s", "2g32a", "mixed3.5"];
    private static readonly string[] MinorMethods = ["rtn", FidelityMethod.Decided];

    /// <summary>What identifies the cell in the table of results.</summary>
    public string Key => $"{Model.Name}/{Setting.Name}/{Method.Name}/{Calibration?.Name}";

    /// <summary>The whole grid, in the order of the page.</summary>
    public static IReadOnlyList<FidelityCell> All { get; } =
    [
        .. from model in ReferenceModel.All
           from setting in FidelitySetting.All
           from method in FidelityMethod.All
           where method.Fits(setting) && IsWanted(model, setting, method)
           from calibration in method.IsCalibrated ? model.Calibrations.AsEnumerable<CalibrationText?>() : [null]
           select new FidelityCell(model, method, setting, calibration),
    ];

    private static bool IsWanted(ReferenceModel model, FidelitySetting setting, FidelityMethod method) => model.Name == ReferenceModel.Chat
        ? ChatMethods.Contains(method.Name) && ChatSettings.Contains(setting.Name)
        : setting.IsMain ? method.Name != "gptq no targets" : MinorMethods.Contains(method.Name) || (method.Name == "nf4" && setting.GroupSize == 64);
}
