using ModelPack.Packing.Architectures.Families;

namespace ModelPack.Packing.Architectures.Graphs;

/// <summary>The output head behind the final norm.</summary>
internal static class HeadBlock
{
    /// <summary>Adds the logits of x [batch, sequence, hidden].</summary>
    public static void Add(GraphScope scope, string x)
    {
        DecoderArchitecture model = scope.Architecture;
        HeadStyle style = model.Family.Head;
        string narrow = model.Head.Projection is { } projection ? LinearBlock.Add(scope, projection.Module, "/project_out", x, projection) : x;
        bool plain = style.Scale == 1 && style.SoftCap == 0;
        string raw = LinearBlock.Add(scope, model.Head.Output.Module, plain ? DecoderGraph.Logits : "/head", narrow, model.Head.Output);
        if (plain)
        {
            return;
        }

        string scaled = scope.Scaled(raw, style.Scale, style.SoftCap == 0 ? DecoderGraph.Logits : "/head/scaled");
        if (style.SoftCap != 0)
        {
            string cap = scope.Number(style.SoftCap);
            string capped = scope.Graph.Node("Tanh", [scope.Graph.Node("Div", [scaled, cap], "/head/shrunk")], "/head/tanh");
            scope.Graph.Node("Mul", [capped, cap], DecoderGraph.Logits);
        }
    }
}
