namespace ModelPack.Formats.Onnx;

internal static class OnnxErrors
{
    public const string Unwritable = "MPK1101";
}
