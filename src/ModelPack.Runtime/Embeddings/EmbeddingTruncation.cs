using System.Numerics.Tensors;

namespace ModelPack.Runtime.Embeddings;

/// <summary>Shorter embeddings of models that were trained for them (Matryoshka, arXiv 2205.13147). Pure.</summary>
internal static class EmbeddingTruncation
{
    /// <summary>The first elements, scaled to length 1; zeros stay zeros.</summary>
    public static float[] Shorten(ReadOnlySpan<float> vector, int dimensions)
    {
        float[] shortened = vector[..dimensions].ToArray();
        float norm = TensorPrimitives.Norm<float>(shortened);
        if (norm > 0)
        {
            TensorPrimitives.Divide(shortened, norm, shortened);
        }

        return shortened;
    }
}
