namespace ModelPack.Quantization.Gptq;

/// <summary>Inputs that were zero in every calibration row: the hessian says nothing about them.</summary>
internal static class DeadColumns
{
    /// <summary>Indices of the zero entries on the diagonal, rising.</summary>
    public static int[] Find(ReadOnlySpan<float> hessian, int columns)
    {
        var dead = new List<int>();
        for (int i = 0; i < columns; i++)
        {
            if (hessian[(int)Diagonal(i, columns)] == 0)
            {
                dead.Add(i);
            }
        }

        return [.. dead];
    }

    /// <summary>Gives dead columns a diagonal entry, so that the hessian can be factored.</summary>
    public static void Revive(Span<float> hessian, int columns, ReadOnlySpan<int> dead, float value)
    {
        foreach (int i in dead)
        {
            hessian[(int)Diagonal(i, columns)] = value;
        }
    }

    /// <summary>Sets the weights of dead columns to zero; [rows, columns].</summary>
    public static void Clear(Span<float> weights, int columns, ReadOnlySpan<int> dead)
    {
        for (int start = 0; start < weights.Length && dead.Length != 0; start += columns)
        {
            foreach (int i in dead)
            {
                weights[start + i] = 0;
            }
        }
    }

    private static long Diagonal(int i, int columns) => (long)i * (columns + 1);
}
