namespace ModelPack.Packing.OnnxModels;

/// <summary>Domains of operators; ai.onnx is also written as nothing.</summary>
internal static class OperatorDomain
{
    /// <summary>Operators of ONNX Runtime's own.</summary>
    public const string Microsoft = "com.microsoft";

    /// <summary>True for the standard's own operators.</summary>
    public static bool IsStandard(string domain) => domain is "" or "ai.onnx";

    /// <summary>True when both are the same domain.</summary>
    public static bool Same(string first, string second) => first == second || (IsStandard(first) && IsStandard(second));
}
