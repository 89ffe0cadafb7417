using ModelPack.Quantization.Lanes;

namespace ModelPack.Quantization.Gptq;

/// <summary>The steps for some rows, in their order.</summary>
internal static class BlockQuantizer
{
    private const int MostBitsSearched = 3;

    private const int SearchRounds = 2;

    /// <summary>Target, scales, sweep, passes of descent and refit. Leaves Weights as the target.</summary>
    /// <param name="block">Rows; Weights are given.</param>
    /// <param name="shift">[Rows, Columns] or empty.</param>
    /// <param name="input">What the rows share.</param>
    /// <param name="options">The parts that run.</param>
    /// <param name="errors">Objective of each row, written.</param>
    public static void Run<TLanes, TVector>(RowBlock block, ReadOnlySpan<float> shift, GptqInput input, GptqOptions options, Span<double> errors)
        where TLanes : ILanes<TVector>
        where TVector : struct
    {
        if (!shift.IsEmpty)
        {
            TargetShift.Apply(block, input, shift);
            DeadColumns.Clear(block.Weights, block.Columns, input.Dead);
        }

        GroupScales.Choose<TLanes, TVector>(block, options.Scales, options.WeightedScales ? input.Importance : []);
        if (options.Sweep)
        {
            Sweep.Run<TLanes, TVector>(block, input);
        }
        else
        {
            NearestCodes.Choose(block);
        }

        if (options.Rounds == 0)
        {
            OutputError.MeasureOnly(block, input.Hessian, input.Products, errors);
            return;
        }

        OutputError.Measure(block, input.Hessian, input.Products, errors);
        // Groups of a row pull at each other through what all their inputs have in common, which passes over single groups are slow to settle.
        if (options.Refit && ScaleRefit.Run<TLanes, TVector>(block, input) > 0)
        {
            OutputError.Measure(block, input.Hessian, input.Products, errors);
        }

        var search = new GroupSearch<TLanes, TVector>(block.Format);
        var descent = new CoordinateDescent<TLanes, TVector>(block.Format, options.Refit, options.Descent);
        for (int round = 0; round < options.Rounds; round++)
        {
            if (round < SearchRounds && (options.GroupSearch ?? block.Format.Bits <= MostBitsSearched))
            {
                ColumnPass.Run<TLanes, TVector>(block, input, search);
            }

            if (options.Refit || options.Descent)
            {
                ColumnPass.Run<TLanes, TVector>(block, input, descent);
            }
        }

        OutputError.Sum(block, errors);
    }

    /// <summary>What Weights become without calibration, and the objective of each row where there is one.</summary>
    public static void RoundToNearest<TLanes, TVector>(RowBlock block, GptqInput input, Span<double> errors)
        where TLanes : ILanes<TVector>
        where TVector : struct
    {
        if (block.Format.Bits is 2 or 4 or 8)
        {
            NearestCodes.Copy(block, [], levels: true);
        }
        else
        {
            GroupScales.Choose<TLanes, TVector>(block, ScaleRule.Searched, []);
            NearestCodes.Choose(block);
        }

        if (input.Usable)
        {
            OutputError.MeasureOnly(block, input.Hessian, input.Products, errors);
        }
    }
}
