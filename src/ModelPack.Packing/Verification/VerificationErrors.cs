namespace ModelPack.Packing.Verification;

internal static class VerificationErrors
{
    public const string BytesDiffer = "MPK2001";
    public const string KernelDiffers = "MPK2002";
    public const string LogitsDiffer = "MPK2003";
    public const string NotFinite = "MPK2004";
    public const string ValuesDiffer = "MPK2005";
}
