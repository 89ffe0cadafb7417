namespace ModelPack.GenAiProbe;

/// <summary>One greedy generation.</summary>
internal sealed class GenAiGenerator : IDisposable
{
    private readonly nint _parameters;
    private readonly nint _generator;

    public GenAiGenerator(nint model, int maxLength, bool obeyEndTokens)
    {
        Native.Check(Native.OgaCreateGeneratorParams(model, out _parameters));
        Native.Check(Native.OgaGeneratorParamsSetSearchNumber(_parameters, "max_length", maxLength));
        if (!obeyEndTokens)
        {
            Native.Check(Native.OgaGeneratorParamsSetSearchNumber(_parameters, "min_length", maxLength));
        }

        Native.Check(Native.OgaGeneratorParamsSetSearchBool(_parameters, "do_sample", false));
        Native.Check(Native.OgaCreateGenerator(model, _parameters, out _generator));
    }

    /// <summary>The native generator.</summary>
    public nint Handle => _generator;

    public bool IsDone => Native.OgaGenerator_IsDone(_generator);

    /// <summary>Runs the model over the ids.</summary>
    public void Append(ReadOnlySpan<int> ids) => Native.Check(Native.OgaGenerator_AppendTokens(_generator, ids, (nuint)ids.Length));

    public void Next() => Native.Check(Native.OgaGenerator_GenerateNextToken(_generator));

    public unsafe int[] Sequence() =>
        new ReadOnlySpan<int>((void*)Native.OgaGenerator_GetSequenceData(_generator, 0), (int)Native.OgaGenerator_GetSequenceCount(_generator, 0)).ToArray();

    /// <summary>The logits of the last run of the model, widened to float32: as many rows as it was given ids.</summary>
    public unsafe float[] Logits()
    {
        Native.Check(Native.OgaGenerator_GetOutput(_generator, "logits", out nint tensor));
        try
        {
            Native.Check(Native.OgaTensorGetType(tensor, out int type));
            Native.Check(Native.OgaTensorGetShapeRank(tensor, out nuint rank));
            long[] shape = new long[rank];
            Native.Check(Native.OgaTensorGetShape(tensor, shape, rank));
            Native.Check(Native.OgaTensorGetData(tensor, out nint data));
            int count = (int)shape.Aggregate(1L, (product, dim) => product * dim);
            return type switch
            {
                1 => new ReadOnlySpan<float>((void*)data, count).ToArray(),
                10 => Array.ConvertAll(new ReadOnlySpan<Half>((void*)data, count).ToArray(), value => (float)value),
                _ => throw new GenAiException($"logits have element type {type}."),
            };
        }
        finally
        {
            Native.OgaDestroyTensor(tensor);
        }
    }

    public void Dispose()
    {
        Native.OgaDestroyGenerator(_generator);
        Native.OgaDestroyGeneratorParams(_parameters);
    }
}
