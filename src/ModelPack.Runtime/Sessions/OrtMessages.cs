namespace ModelPack.Runtime.Sessions;

/// <summary>ONNX Runtime's messages, cut down to what a reader needs.</summary>
internal static class OrtMessages
{
    /// <summary>The first line of the message, without the call stack that some builds append.</summary>
    public static string FirstLine(Exception exception)
    {
        string message = exception.Message;
        int end = message.AsSpan().IndexOfAny('\r', '\n');
        return (end < 0 ? message : message[..end]).Trim();
    }
}
