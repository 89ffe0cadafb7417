using ModelPack.Packing.Architectures.Weights;

namespace ModelPack.Packing.Architectures.Graphs;

/// <summary>What a branch passes on its way to the stream.</summary>
internal static class BranchBlock
{
    /// <summary>Adds the norm behind a branch and the family's factor.</summary>
    public static string Finish(GraphScope scope, Norm? norm, string branch, string path)
    {
        string normed = norm is null ? branch : NormBlock.Add(scope, norm, branch, $"{path}/normed");
        return scope.Scaled(normed, scope.Architecture.Family.BranchScale, $"{path}/scaled");
    }
}
