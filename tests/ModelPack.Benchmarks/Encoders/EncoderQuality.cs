using System.Numerics.Tensors;

namespace ModelPack.Benchmarks.Encoders;

/// <summary>How near embeddings are to reference embeddings of the same texts. Pure.</summary>
/// <param name="SmallestCosine">Smallest cosine of any text.</param>
/// <param name="MeanCosine">Mean cosine.</param>
/// <param name="Top5">Share of the five nearest other texts that are among the reference's five, over all texts.</param>
/// <param name="Pairs">Share of the paraphrases that find their partner as nearest.</param>
internal sealed record EncoderQuality(double SmallestCosine, double MeanCosine, double Top5, double Pairs)
{
    // Texts 0 to 31 are paraphrases two by two.
    private const int Paraphrases = 32;
    private const int Neighbours = 5;

    public static EncoderQuality Of(float[][] reference, float[][] found)
    {
        double[] cosines = [.. reference.Select((row, i) => (double)TensorPrimitives.CosineSimilarity<float>(row, found[i]))];
        double agreement = Enumerable.Range(0, reference.Length).Average(i => Nearest(reference, i, reference.Length).Take(Neighbours).Intersect(Nearest(found, i, found.Length).Take(Neighbours)).Count() / (double)Neighbours);
        double pairs = Enumerable.Range(0, Paraphrases).Count(i => Nearest(found, i, Paraphrases).First() == (i ^ 1)) / (double)Paraphrases;
        return new EncoderQuality(cosines.Min(), cosines.Average(), agreement, pairs);
    }

    private static IEnumerable<int> Nearest(float[][] rows, int of, int among) =>
        Enumerable.Range(0, among).Where(i => i != of).OrderByDescending(i => TensorPrimitives.CosineSimilarity<float>(rows[of], rows[i])).ThenBy(i => i);
}
