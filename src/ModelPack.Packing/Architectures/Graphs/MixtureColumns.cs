using ModelPack.Packing.Architectures.Weights;

namespace ModelPack.Packing.Architectures.Graphs;

/// <summary>
/// What stands in a row between the steps of a mixture. Before the experts: the normed stream, the numbers of the chosen experts, their shares, the shared expert's
/// share. Behind them: a product for each chosen expert, the shared expert's product, and the same numbers and shares.
/// </summary>
/// <param name="Hidden">Width of the stream.</param>
/// <param name="Chosen">Experts of a token.</param>
/// <param name="Inner">Inner width of an expert.</param>
/// <param name="Shared">Inner width of the shared expert; 0: there is none.</param>
internal readonly record struct MixtureColumns(int Hidden, int Chosen, int Inner, int Shared)
{
    /// <summary>Shares of the shared expert.</summary>
    public int SharedGates => Shared > 0 ? 1 : 0;

    /// <summary>Width of a row before the experts.</summary>
    public int RoutedWidth => Hidden + (2 * Chosen) + SharedGates;

    /// <summary>First column of the experts' numbers before the experts.</summary>
    public int RoutedNumbers => Hidden;

    /// <summary>Width of a row behind the experts.</summary>
    public int ProductsWidth => (Chosen * Inner) + Shared + (2 * Chosen) + SharedGates;

    /// <summary>First column of the shared expert's product.</summary>
    public int SharedStart => Chosen * Inner;

    /// <summary>First column of the experts' numbers behind the experts.</summary>
    public int ProductsNumbers => SharedStart + Shared;

    /// <summary>The columns of a mixture.</summary>
    public static MixtureColumns Of(DecoderArchitecture architecture, MixtureWeights weights) => new(
        architecture.HiddenSize, architecture.Family.Mixture!.Chosen, weights.Experts[0].Down.Weight.Columns, weights.Shared?.Down.Weight.Columns ?? 0);
}
