using System.Text.RegularExpressions;
using ModelPack.Packing.Architectures;

namespace ModelPack.Packing.Adapters;

/// <summary>What must hold between an adapter's tensors, its configuration and its base.</summary>
internal static partial class LoraShapes
{
    /// <summary>Row of its tensor's linear layer that a row of a weight is: a layer of its own, a part of a fused one, either of them transposed.</summary>
    public static int OutputOf(DecoderWeight weight, int row) => weight.View switch
    {
        null => weight.FirstRow + row,
        { ColumnStride: 1 } view => checked((int)(view.RowStart(row) / weight.Columns)),
        { } view => checked((int)view.RowStart(row)),
    };

    /// <summary>Checks one module.</summary>
    /// <param name="folder">The adapter.</param>
    /// <param name="module">The module.</param>
    /// <param name="weight">A weight of the tensor that it changes.</param>
    /// <param name="shape">Shape of that tensor.</param>
    /// <param name="tied">The base's embedding is its head too.</param>
    /// <exception cref="ModelPackException">MPK1251 to MPK1253: the field or tensor and what is wrong with it.</exception>
    public static void Require(LoraFolder folder, LoraModule module, DecoderWeight weight, IReadOnlyList<long> shape, bool tied)
    {
        LoraConfig config = folder.Config;
        if (!config.Targets(module.Name))
        {
            throw config.Error(AdapterErrors.NoPlace, "target_modules", $"does not name {module.Name}, though {module.A.Name} is in the file; PEFT would leave it out. Save the adapter again");
        }

        if (shape.Count != 2 || weight.Role is WeightRole.Positions)
        {
            throw Error(AdapterErrors.Unsupported, module.A.Name, "changes a tensor that is no linear layer; merge the adapter into its base with PEFT");
        }

        if (module.IsEmbedding && tied)
        {
            throw Error(AdapterErrors.Unsupported, module.A.Name, "changes the embedding, which in this base is the output head too (tie_word_embeddings) and would then change as well; pack a base with a head of its own");
        }

        bool isTable = weight.Role is WeightRole.Embedding or WeightRole.TiedEmbedding;
        if (module.IsEmbedding != isTable)
        {
            throw Error(AdapterErrors.NoPlace, module.A.Name, isTable ? "is for a linear layer, and the base has an embedding there" : "is for an embedding, and the base has a linear layer there");
        }

        if (module.A.Shape.Count != 2 || module.B.Shape.Count != 2 || module.B.Shape[1] != module.A.Shape[0] || module.A.Shape[0] < 1)
        {
            throw Error(AdapterErrors.Shape, module.A.Name, $"is [{string.Join(", ", module.A.Shape)}] and {module.B.Name} is [{string.Join(", ", module.B.Shape)}], which cannot be multiplied; save the adapter again");
        }

        if (module.Rank != config.RankOf(module.Name))
        {
            throw config.Error(AdapterErrors.Shape, config.RankField(module.Name), $"says rank {config.RankOf(module.Name)} for {module.Name}, and {module.A.Name} has rank {module.Rank}; the scale depends on it. Take configuration and weights of one adapter");
        }

        (long inputs, long outputs) = module.IsEmbedding ? (weight.Rows, weight.Columns) : (weight.Columns, weight.View is { ColumnStride: not 1 } ? shape[1] : shape[0]);
        if (module.A.Shape[1] != inputs || module.B.Shape[0] != outputs)
        {
            throw Error(AdapterErrors.Shape, module.A.Shape[1] != inputs ? module.A.Name : module.B.Name, $"does not fit the base: the products are [{module.B.Shape[0]}, {module.A.Shape[1]}] and {weight.Tensor} is [{outputs}, {inputs}]; take the adapter of this base");
        }

        ModelPackException Error(string code, string tensor, string complaint) => new(code, $"{folder.Folder}: {tensor} {complaint}.");
    }

    /// <summary>
    /// Refuses an adapter that lacks modules of a kind of which it has others: a file that was cut, or layers that were lost. A kind that is
    /// not there at all was not in the model that was trained.
    /// </summary>
    /// <param name="folder">The adapter.</param>
    /// <param name="architecture">The base.</param>
    /// <param name="changed">Tensors of the base that the adapter has low-rank sums for.</param>
    /// <exception cref="ModelPackException">MPK1254: the module.</exception>
    public static void RequireComplete(LoraFolder folder, DecoderArchitecture architecture, IEnumerable<string> changed)
    {
        HashSet<string> there = [.. changed];
        HashSet<string> kinds = [.. there.Select(Kind)];
        foreach (string tensor in architecture.Weights.Where(weight => weight.IsMatrix && weight.Layer is not null).Select(weight => weight.Tensor).Where(tensor => !there.Contains(tensor) && kinds.Contains(Kind(tensor))))
        {
            string module = tensor[..tensor.LastIndexOf('.')];
            if (folder.Config.Targets(module))
            {
                throw new ModelPackException(
                    AdapterErrors.Incomplete, $"{folder.Folder}: target_modules names {module} and {LoraFolder.WeightsName} has nothing for it, though it has for others of its kind; save the adapter again.");
            }
        }
    }

    private static string Kind(string tensor) => Numbers().Replace(tensor, "*");

    [GeneratedRegex(@"(?<=\.)\d+(?=\.)")]
    private static partial Regex Numbers();
}
