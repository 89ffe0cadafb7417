namespace ModelPack.Packing.Sources;

internal static class SourceErrors
{
    public const string Missing = "MPK1401";
    public const string Unsupported = "MPK1402";
    public const string NoConfig = "MPK1403";
    public const string NoTokenizer = "MPK1404";
    public const string NoWeights = "MPK1405";
    public const string NotFinite = "MPK1406";
    public const string TooLargeForHalf = "MPK1407";
    public const string NotEnoughMemory = "MPK1410";
    public const string NotEnoughDisk = "MPK1411";
    public const string OutputInUse = "MPK1412";
    public const string BadName = "MPK1413";
    public const string TokenizerDoesNotFit = "MPK1414";
    public const string GgufKeyMissing = "MPK1420";
    public const string GgufKeyInvalid = "MPK1421";
    public const string GgufArchitecture = "MPK1422";
    public const string GgufFeature = "MPK1423";
    public const string GgufRope = "MPK1424";
    public const string GgufTokenizer = "MPK1425";
    public const string GgufTensor = "MPK1426";
    public const string GgufTensorType = "MPK1427";
    public const string QuantizedTwice = "MPK1428";
}
