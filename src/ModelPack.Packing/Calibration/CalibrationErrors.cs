namespace ModelPack.Packing.Calibration;

internal static class CalibrationErrors
{
    public const string TextUnreadable = "MPK1501";
    public const string TextTooShort = "MPK1502";
    public const string BadLine = "MPK1503";
    public const string NotFinite = "MPK1504";
    public const string TargetTooSmall = "MPK1505";
    public const string FewRows = "MPK1550";
}
