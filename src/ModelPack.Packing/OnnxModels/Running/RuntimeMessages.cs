using System.Text.RegularExpressions;

namespace ModelPack.Packing.OnnxModels.Running;

/// <summary>What ONNX Runtime says, as errors of this program.</summary>
internal static partial class RuntimeMessages
{
    private const int Longest = 500;

    /// <summary>The first line of a message, not too long.</summary>
    public static string Short(Exception exception)
    {
        string message = exception.Message;
        int end = message.AsSpan().IndexOfAny('\r', '\n');
        string line = (end < 0 ? message : message[..end]).Trim().TrimEnd('.');
        return line.Length <= Longest ? line : line[..Longest] + "\u2026";
    }

    /// <summary>The error about a model that cannot be loaded.</summary>
    public static ModelPackException Refused(string file, Exception exception)
    {
        Match unknown = Unknown().Match(exception.Message);
        return unknown.Success
            ? new ModelPackException(
                OnnxModelErrors.CustomOperator,
                $"{file} uses the operator {unknown.Groups[1].Value}, which ONNX Runtime does not have; a model whose operators come from a library of their own cannot be verified here: export it with the operators of ONNX. ({Short(exception)})",
                exception)
            : new ModelPackException(OnnxModelErrors.CannotLoad, $"{file} cannot be loaded by ONNX Runtime: {Short(exception)}; export the model again, or check that it is whole.", exception);
    }

    [GeneratedRegex("([A-Za-z0-9_.]+:[A-Za-z0-9_]+)\\(-?[0-9]+\\) is not a registered function/op")]
    private static partial Regex Unknown();
}
