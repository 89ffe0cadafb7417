using ModelPack.Packing.Recipes;

namespace ModelPack.Benchmarks.Fidelity;

/// <summary>One way to pack a model.</summary>
/// <param name="Name">Name in the table.</param>
/// <param name="Bits">Bits of the linear weights.</param>
/// <param name="GroupSize">Inputs that share a scale.</param>
/// <param name="Symmetric">True: no zero points.</param>
/// <param name="Deployed">True: measured as deployed as well.</param>
/// <param name="Tables">True: head and embedding by the default recipe; false: float, as in the other quantizers' figures.</param>
internal sealed record FidelityCase(string Name, int Bits, int GroupSize, bool Symmetric, bool Deployed, bool Tables)
{
    public static IReadOnlyList<FidelityCase> All { get; } =
    [
        Linears(8, 32, true), Linears(8, 32, true, symmetric: false),
        Linears(4, 16, false), Linears(4, 16, false, symmetric: false),
        Linears(4, 32, true), Linears(4, 32, true, symmetric: false),
        Linears(4, 64, false), Linears(4, 64, false, symmetric: false),
        Linears(4, 128, true), Linears(4, 128, true, symmetric: false),
        Linears(2, 16, false), Linears(2, 16, false, symmetric: false),
        Linears(2, 32, true), Linears(2, 32, true, symmetric: false),
        Linears(2, 64, false), Linears(2, 64, false, symmetric: false),
        Linears(2, 128, false), Linears(2, 128, false, symmetric: false),
        new("default recipe", 4, 32, false, true, true),
    ];

    public Recipe Recipe
    {
        get
        {
            var settings = new Dictionary<string, string>
            {
                ["Bits"] = Bits.ToString(),
                ["GroupSize"] = GroupSize.ToString(),
                ["Symmetric"] = Symmetric ? "true" : "false",
            };
            if (!Tables)
            {
                settings["HeadBits"] = "16";
                settings["EmbeddingBits"] = "16";
            }

            return Recipe.Parse(settings);
        }
    }

    private static FidelityCase Linears(int bits, int group, bool deployed, bool symmetric = true) =>
        new($"int{bits} g{group} {(symmetric ? "symmetric" : "asymmetric")}", bits, group, symmetric, deployed, false);
}
