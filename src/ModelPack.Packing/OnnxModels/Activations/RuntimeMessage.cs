namespace ModelPack.Packing.OnnxModels.Activations;

/// <summary>ONNX Runtime's messages, cut down to what a reader needs.</summary>
internal static class RuntimeMessage
{
    /// <summary>The first line, without the call stack that some builds append.</summary>
    public static string Of(Exception exception) => exception.Message.Split('\r', '\n')[0].Trim();
}
