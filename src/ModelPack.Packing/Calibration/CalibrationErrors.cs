namespace ModelPack.Packing.Calibration;

internal static class CalibrationErrors
{
    public const string TextUnreadable = "MPK1601";
    public const string TextTooShort = "MPK1602";
    public const string BadLine = "MPK1603";
    public const string NotFinite = "MPK1604";
    public const string TargetTooSmall = "MPK1605";
    public const string DecisionGone = "MPK1606";
    public const string NoRoom = "MPK1607";
    public const string FewRows = "MPK1650";
}
