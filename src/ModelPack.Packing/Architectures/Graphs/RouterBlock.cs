using ModelPack.Packing.Architectures.Families;
using ModelPack.Packing.Architectures.Weights;

namespace ModelPack.Packing.Architectures.Graphs;

/// <summary>The router of a mixture of experts.</summary>
internal sealed class RouterBlock(GraphScope scope, MixtureStyle style)
{
    // Takes a score out of a softmax.
    private const float LeftOut = -60000;

    /// <summary>Adds the share of each expert in each token, [tokens, experts], 0 where it was not chosen.</summary>
    public string Add(MixtureWeights weights, string path, string tokens)
    {
        int experts = weights.Experts.Count;
        string scores = scope.Graph.Node("Reshape", [LinearBlock.Add(scope, weights.Router.Module, $"{path}/scores", tokens, weights.Router), scope.Vector(-1, experts)], $"{path}/flat");
        return style.Routing switch
        {
            ExpertRouting.SparseMixer => Mixer(path, scores),
            ExpertRouting.SoftmaxOfChosen => Scattered(path, scores, top => scope.Graph.Node("Softmax", [top], $"{path}/shares", ("axis", -1)), scores),
            _ => Scattered(path, scope.Graph.Node("Softmax", [scores], $"{path}/softmax", ("axis", -1)), Renormalized, scores),
        };

        string Renormalized(string top) => style.Renormalizes
            ? scope.Graph.Node("Div", [top, scope.Graph.Node("ReduceSum", [top, scope.Vector(-1)], $"{path}/total", ("keepdims", 1))], $"{path}/shares")
            : top;
    }

    private string Scattered(string path, string values, Func<string, string> shares, string scores)
    {
        scope.Graph.Node("TopK", [values, scope.Vector(style.Chosen)], [$"{path}/top", $"{path}/top_experts"], ("axis", -1));
        return scope.Graph.Node("ScatterElements", [scope.Graph.Node("Sub", [scores, scores], $"{path}/zeros"), $"{path}/top_experts", shares($"{path}/top")], $"{path}/scattered", ("axis", 1));
    }

    /// <summary>The best expert, then the best of the rest; each weighed by the softmax over the scores that are near its own.</summary>
    private string Mixer(string path, string scores)
    {
        string first = Pick($"{path}/first", scores, scores, out string firstShare);
        string rest = scope.Graph.Node("Where", [first, scope.Number(LeftOut), scores], $"{path}/rest");
        Pick($"{path}/second", scores, rest, out string secondShare);
        return scope.Graph.Node("Add", [firstShare, secondShare], $"{path}/shares");
    }

    /// <summary>Adds the mask of the largest of <paramref name="candidates"/> in each row, and its share in its place.</summary>
    private string Pick(string path, string scores, string candidates, out string share)
    {
        string best = scope.Graph.Node("ReduceMax", [candidates, scope.Vector(-1)], $"{path}/best", ("keepdims", 1));
        string scale = scope.Graph.Node("Max", [scope.Graph.Node("Abs", [scores], $"{path}/abs"), best], $"{path}/scale");
        string distance = scope.Graph.Node("Div", [scope.Graph.Node("Sub", [best, scores], $"{path}/below"), scale], $"{path}/distance");
        string far = scope.Graph.Node("Greater", [distance, scope.Number(style.MixerThreshold)], $"{path}/far");
        string softmax = scope.Graph.Node("Softmax", [scope.Graph.Node("Where", [far, scope.Number(LeftOut), candidates], $"{path}/near")], $"{path}/softmax", ("axis", -1));
        string isBest = scope.Graph.Node("Equal", [candidates, best], $"{path}/is_best");
        share = scope.Graph.Node("Where", [isBest, softmax, scope.Number(0)], $"{path}/share");
        return isBest;
    }
}
