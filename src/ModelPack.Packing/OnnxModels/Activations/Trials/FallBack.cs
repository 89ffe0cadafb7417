namespace ModelPack.Packing.OnnxModels.Activations.Trials;

/// <summary>How many of the worst operators must stay float. Pure but for the trials it is given.</summary>
internal static class FallBack
{
    /// <summary>
    /// The fewest operators, worst first, whose float form lets the model meet its limits: steps that double until it does, then halving
    /// between the last two. That finds the fewest when each operator taken back helps, in few trials of the whole model.
    /// </summary>
    /// <param name="operators">How many there are.</param>
    /// <param name="meets">True when the model meets its limits with this many of the worst in float; all of them do.</param>
    public static int Fewest(int operators, Func<int, bool> meets)
    {
        int fails = -1, good = 0, step = 1;
        while (good < operators && !meets(good))
        {
            fails = good;
            good = Math.Min(operators, good + step);
            step *= 2;
        }

        while (good - fails > 1)
        {
            int middle = (good + fails) / 2;
            (fails, good) = meets(middle) ? (fails, middle) : (middle, good);
        }

        return good;
    }
}
