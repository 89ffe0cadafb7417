namespace ModelPack.Packing.Quantizing;

/// <summary>A weight [Rows, Columns] as rows of floats, wherever it lies. Thread-safe.</summary>
internal interface IWeightRows
{
    /// <summary>Name in the checkpoint.</summary>
    string Name { get; }

    /// <summary>The file it comes from, for messages.</summary>
    string File { get; }

    /// <summary>Outputs.</summary>
    int Rows { get; }

    /// <summary>Inputs.</summary>
    int Columns { get; }

    /// <summary>Reads rows [first, first + count) into <paramref name="destination"/>, count x Columns floats.</summary>
    void Read(int first, int count, Span<float> destination);

    /// <summary>Gives back what reading left in memory; called when the weight has been read.</summary>
    void Release();
}
