using ModelPack.Quantization;

namespace ModelPack.Tests;

/// <summary>Round-to-nearest of a whole matrix.</summary>
internal static class Quantized
{
    public static QuantizedMatrix Matrix(float[] weights, int rows, int columns, QuantizationScheme scheme, float[]? importance = null)
    {
        var codes = new byte[rows * scheme.CodeBytesPerRow(columns)];
        var scales = new Half[rows * scheme.GroupsPerRow(columns)];
        var zeroPoints = new byte[rows * scheme.ZeroPointBytesPerRow(columns)];
        RoundToNearest.QuantizeRows(weights, columns, scheme, importance, codes, scales, zeroPoints);
        return new QuantizedMatrix(scheme, rows, columns, codes, scales, zeroPoints);
    }
}
