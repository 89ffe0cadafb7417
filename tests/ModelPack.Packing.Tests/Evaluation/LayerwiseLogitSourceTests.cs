using ModelPack.Packing.Evaluation;
using ModelPack.Packing.Sources;
using ModelPack.Runtime.Tokenization;
using ModelPack.Tests;

namespace ModelPack.Packing.Tests.Evaluation;

public sealed class LayerwiseLogitSourceTests
{
    private static readonly string TinyTales = Path.Combine(SharedFolder.Repository, "samples", "models", "tinytales");

    [Theory]
    [InlineData(LayerwiseLogitSource.DefaultBudget)]
    [InlineData(0)]
    public void Layer_by_layer_gives_the_logits_of_the_whole_graph_in_memory_and_from_a_file(long budget)
    {
        using HuggingFaceSource source = HuggingFaceSource.Open(TinyTales);
        IReadOnlyList<int[]> windows = Windows(source, length: 33, most: 3);
        using SessionLogitSource whole = SessionLogitSource.OpenSource(source, threads: 1);
        using LayerwiseLogitSource layers = LayerwiseLogitSource.OpenSource(source, windows, threads: 1, budget);
        Assert.Equal(whole.VocabularySize, layers.VocabularySize);
        var expected = new float[33 * whole.VocabularySize];
        var actual = new float[expected.Length];
        foreach (int[] window in windows.Reverse())
        {
            whole.Run(window, expected);
            layers.Run(window, actual);
            float largest = expected.Zip(actual, (a, b) => Math.Abs(a - b)).Max();
            Assert.InRange(largest, 0, 1e-5f * expected.Max(MathF.Abs));
        }
    }

    [Fact]
    public void Progress_counts_windows_and_ends_with_all_of_them()
    {
        using HuggingFaceSource source = HuggingFaceSource.Open(TinyTales);
        var steps = new List<(int Done, int Total)>();
        using LayerwiseLogitSource layers = LayerwiseLogitSource.OpenSource(
            source, Windows(source, length: 16, most: 2), threads: 1, finished: (done, total) => steps.Add((done, total)));

        Assert.Equal((2, 2), steps[^1]);
        Assert.Equal(2 * (source.Architecture.Layers + 1), steps.Count);
        Assert.Equal(steps.Order(), steps);
    }

    [Fact]
    public void A_window_that_it_was_not_made_for_is_refused()
    {
        using HuggingFaceSource source = HuggingFaceSource.Open(TinyTales);
        using LayerwiseLogitSource layers = LayerwiseLogitSource.OpenSource(source, Windows(source, length: 8, most: 1), threads: 1);

        Assert.Throws<ArgumentException>(() => layers.Run([1, 2, 3, 4, 5, 6, 7, 8], new float[8 * layers.VocabularySize]));
    }

    private static IReadOnlyList<int[]> Windows(HuggingFaceSource source, int length, int most) => TokenWindows
        .Cut(Tokenizer.Load(TinyTales), File.ReadAllText(Path.Combine(TinyTales, "eval.txt")), source.Architecture.BosTokenId, length, most)
        .All(EvaluationProtocol.Paper);
}
