using ModelPack.Packing.Architectures;

namespace ModelPack.Packing.Tests.Architectures;

/// <summary>Token by token with a KV cache, against the reference implementation and against single runs.</summary>
public class GoldenCacheTests
{
    public static TheoryData<string> All => GoldenCase.Names();

    public static TheoryData<string> Padded => GoldenCase.NamesWith("batch_logits");

    [SkippableTheory]
    [MemberData(nameof(All))]
    public void Greedy_tokens_equal_the_reference_with_a_cache_that_grows(string name) => CompareGreedy(name, sharedLength: 0);

    [SkippableTheory]
    [MemberData(nameof(All))]
    public void Greedy_tokens_equal_the_reference_with_one_buffer_for_past_and_present(string name) => CompareGreedy(name, sharedLength: 96);

    [SkippableTheory]
    [MemberData(nameof(All))]
    public void Layers_run_one_by_one_equal_the_reference(string name)
    {
        using GoldenCase golden = GoldenCase.Open(name);
        DecoderArchitecture architecture = golden.Architecture();
        float[] hidden = golden.Floats("hidden.0");
        for (int layer = 0; layer < architecture.Layers; layer++)
        {
            hidden = RunPart(golden, architecture, DecoderGraphOptions.SingleLayer(layer), hidden);
            float[] expected = golden.Floats($"hidden.{layer + 1}");
            Close.Assert(expected, hidden, golden.Tolerance * Math.Max(1, Close.RootMeanSquare(expected)));
        }

        Close.Assert(golden.Floats("logits"), RunPart(golden, architecture, DecoderGraphOptions.HeadOnly(architecture.Layers), hidden), golden.Tolerance);
    }

    [SkippableTheory]
    [MemberData(nameof(Padded))]
    public void Rows_padded_on_either_side_continue_as_they_would_alone(string name)
    {
        using GoldenCase golden = GoldenCase.Open(name);
        DecoderArchitecture architecture = golden.Architecture();
        using DecoderFolder folder = DecoderFolder.Write(golden.Checkpoint, architecture, new DecoderGraphOptions());
        using var single = new DecoderRunner(folder.Model, architecture);
        using var batch = new DecoderRunner(folder.Model, architecture, sharedLength: 64);
        using var growing = new DecoderRunner(folder.Model, architecture);
        long[] prompt = golden.Ids("input_ids");
        long[] continuation = golden.Ids("greedy");

        // Three rows of 12, 7 and 9 real tokens: full, padded on the left, padded on the right.
        const int Length = 12, Steps = 5;
        (int Real, int Left)[] rows = [(12, 0), (7, 5), (9, 0)];
        var ids = new List<long>();
        var mask = new List<List<long>>();
        foreach ((int real, int left) in rows)
        {
            ids.AddRange([.. Enumerable.Repeat(3L, left), .. prompt[..real], .. Enumerable.Repeat(3L, Length - real - left)]);
            mask.Add([.. Enumerable.Repeat(0L, left), .. Enumerable.Repeat(1L, real), .. Enumerable.Repeat(0L, Length - real - left)]);
        }

        batch.Run([.. ids], [.. mask.SelectMany(m => m)], rows.Length);
        growing.Run([.. ids], [.. mask.SelectMany(m => m)], rows.Length);
        float[][] expected = [.. rows.Select(row => Alone(single, prompt[..row.Real], continuation[..Steps]))];
        for (int step = 0; step < Steps; step++)
        {
            mask.ForEach(m => m.Add(1));
            long[] next = [.. Enumerable.Repeat(continuation[step], rows.Length)];
            float[] wanted = [.. expected.SelectMany(e => e.Skip(step * architecture.VocabularySize).Take(architecture.VocabularySize))];
            Close.Assert(wanted, batch.Run(next, [.. mask.SelectMany(m => m)], rows.Length, Length + step), golden.Tolerance);
            Close.Assert(wanted, growing.Run(next, [.. mask.SelectMany(m => m)], rows.Length, Length + step), golden.Tolerance);
        }
    }

    [SkippableFact]
    public void Rows_padded_on_either_side_keep_the_states_of_their_real_tokens() => Rows_padded_on_either_side_continue_as_they_would_alone("lfm2");

    private static float[] Alone(DecoderRunner runner, long[] prompt, long[] continuation)
    {
        runner.Run(prompt);
        return [.. continuation.SelectMany((id, i) => runner.Run([id], past: prompt.Length + i))];
    }

    private static float[] RunPart(GoldenCase golden, DecoderArchitecture architecture, DecoderGraphOptions options, float[] hidden)
    {
        using DecoderFolder folder = DecoderFolder.Write(golden.Checkpoint, architecture, options);
        using var runner = new DecoderRunner(folder.Model, architecture);
        return runner.Run(hidden);
    }

    private static void CompareGreedy(string name, int sharedLength)
    {
        using GoldenCase golden = GoldenCase.Open(name);
        DecoderArchitecture architecture = golden.Architecture();
        using DecoderFolder folder = DecoderFolder.Write(golden.Checkpoint, architecture, new DecoderGraphOptions());
        using var runner = new DecoderRunner(folder.Model, architecture, sharedLength);
        long[] prompt = golden.Ids("input_ids");
        long[] greedy = golden.Ids("greedy");
        float[] expected = golden.Floats("greedy_logits");
        float[] row = runner.Run(prompt)[^architecture.VocabularySize..];
        for (int step = 0; step < greedy.Length; step++)
        {
            Close.Assert(expected.AsSpan(step * row.Length, row.Length), row, golden.Tolerance);
            Assert.Equal(greedy[step], Array.IndexOf(row, row.Max()));
            row = runner.Run([greedy[step]], past: prompt.Length + step);
        }
    }
}
