using ModelPack.Packing.Architectures;
using ModelPack.Packing.Planning;

namespace ModelPack.Packing.Calibration;

/// <summary>How much memory a calibration takes.</summary>
internal static class CalibrationMemory
{
    // Hessian, its factor and the differences' products of the widest input, with room for the factorization.
    private const int SquaresOfWidestInput = 3;

    // A matrix, its target, its decision in floats, its copy in a session.
    private const int CopiesOfLargestMatrix = 5;

    /// <summary>Estimated peak in bytes: streams of the rows, statistics of the widest input, working copies of the largest matrix.</summary>
    /// <param name="job">The job.</param>
    /// <param name="samples">Calibration rows.</param>
    /// <param name="length">Tokens of a row.</param>
    public static long Peak(PackJob job, int samples, int length)
    {
        DecoderArchitecture architecture = job.Source.Architecture;
        long tokens = (long)samples * length;
        long stream = Math.Min(CalibrationContext.MemoryBudget, tokens * architecture.HiddenSize * sizeof(float));
        LayerBlock[] blocks = [.. DecoderBlockList.Of(architecture).DistinctBy(block => (block.Inner, LayerPartGraph.OutputWidth(architecture, block.Layer, block.Inner)))];
        long inner = Math.Min(CalibrationContext.MemoryBudget, tokens * blocks.Max(block => LayerPartGraph.OutputWidth(architecture, block.Layer, block.Inner)) * sizeof(float));
        long widest = blocks.SelectMany(block => block.Widening.Concat(block.Narrowing)).Max(input => input.Rows.Width);
        long largest = architecture.Weights.Where(weight => weight.Layer is not null).Max(weight => weight.ElementCount);
        return (3 * stream) + inner + (((SquaresOfWidestInput * widest * widest) + (CopiesOfLargestMatrix * largest)) * sizeof(float));
    }
}
