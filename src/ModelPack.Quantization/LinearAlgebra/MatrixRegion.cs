namespace ModelPack.Quantization.LinearAlgebra;

/// <summary>The elements of a result that are computed; the others stay as they are.</summary>
internal enum MatrixRegion
{
    /// <summary>Every element.</summary>
    All,

    /// <summary>Column at least row.</summary>
    Upper,

    /// <summary>Row at least column.</summary>
    Lower,
}
