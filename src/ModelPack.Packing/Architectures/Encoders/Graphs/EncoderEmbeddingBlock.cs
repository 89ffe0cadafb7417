using ModelPack.Formats.Onnx;
using ModelPack.Packing.Architectures.Encoders.Weights;

namespace ModelPack.Packing.Architectures.Encoders.Graphs;

/// <summary>Token ids to the stream: tables of tokens, positions and token types, the norm of their sum, a projection.</summary>
internal static class EncoderEmbeddingBlock
{
    public static string Add(EncoderScope scope, string ids, string? types)
    {
        EncoderEmbedding embedding = scope.Encoder.Embedding;
        string x = scope.Node("Gather", [scope.Table(embedding.Table), ids], "/embeddings/tokens", ("axis", 0));
        if (embedding.TokenTypes is DecoderWeight table)
        {
            // Where there is one type only, its row is added to all.
            string rows = types is null ? scope.Table(table) : scope.Node("Gather", [scope.Table(table), types], "/embeddings/types", ("axis", 0));
            x = scope.Node("Add", [x, rows], "/embeddings/typed");
        }

        if (embedding.Positions is DecoderWeight positions)
        {
            x = scope.Node("Add", [x, Positions(scope, scope.Table(positions), ids)], "/embeddings/placed");
        }

        x = scope.Normed(embedding.Norm, x, embedding.Projection is null ? "hidden.0" : "/embeddings/normed");
        return embedding.Projection is null ? x : scope.Layer(embedding.Projection, x, "hidden.0");
    }

    private static string Positions(EncoderScope scope, string table, string ids)
    {
        if (scope.Encoder.Positions == PositionStyle.FromZero)
        {
            string length = scope.Node("Shape", [ids], "/embeddings/length", ("start", 1), ("end", 2));
            return scope.Node("Slice", [table, scope.Vector(0), length, scope.Vector(0)], "/embeddings/positions");
        }

        string pad = scope.Scalar(scope.Encoder.Sizes.PadToken);
        string padding = scope.Node("Equal", [ids, pad], "/embeddings/padding");
        string real = scope.Node("Cast", [scope.Node("Not", [padding], "/embeddings/real")], "/embeddings/real_count", ("to", (int)OnnxElementType.Int64));
        string counted = scope.Node("Mul", [scope.Node("CumSum", [real, scope.Scalar(1)], "/embeddings/counted"), real], "/embeddings/places");
        return scope.Node("Gather", [table, scope.Node("Add", [counted, pad], "/embeddings/rows")], "/embeddings/positions", ("axis", 0));
    }
}
