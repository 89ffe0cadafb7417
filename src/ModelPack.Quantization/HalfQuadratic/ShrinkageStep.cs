namespace ModelPack.Quantization;

/// <summary>
/// One round's shrinkage operator of half-quadratic quantization: sign(x) max(0, |x| - |x|^(p - 1) / beta), the solution of the subproblem of the
/// lp norm. Everything up to a threshold becomes 0, and almost every rounding error of a trained weight lies below it.
/// </summary>
internal readonly struct ShrinkageStep
{
    /// <summary>p of the norm.</summary>
    private const double Norm = 0.7;

    private readonly float _reciprocal;

    /// <param name="beta">Weight of the quadratic term, positive; it grows from round to round.</param>
    public ShrinkageStep(double beta)
    {
        _reciprocal = (float)(1 / beta);
        Threshold = (float)Math.Pow(beta, 1 / (Norm - 2));
    }

    /// <summary>Largest |x| that certainly becomes 0.</summary>
    public float Threshold { get; }

    /// <summary>The operator.</summary>
    public float Apply(float error)
    {
        float magnitude = Math.Abs(error);
        return magnitude > Threshold
            ? MathF.CopySign(Math.Max(0, magnitude - (_reciprocal * MathF.Pow(magnitude, (float)(Norm - 1)))), error)
            : 0;
    }
}
