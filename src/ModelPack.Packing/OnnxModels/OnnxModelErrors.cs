namespace ModelPack.Packing.OnnxModels;

internal static class OnnxModelErrors
{
    public const string CannotLoad = "MPK1460";
    public const string CustomOperator = "MPK1461";
    public const string NothingQuantized = "MPK1462";
    public const string OutputsNotCompared = "MPK1463";
    public const string CannotRun = "MPK1464";
    public const string NotForOnnx = "MPK1465";
    public const string OldOperators = "MPK1466";
    public const string NothingKept = "MPK1467";
}
