namespace ModelPack.Packing.Tests.Architectures.Encoders;

/// <summary>Float graphs of encoders against the reference implementation: three rows, one of them with padding, one short.</summary>
public class GoldenEncoderTests
{
    private static readonly string[] Spellings = ["config.json", "config.v5.json"];

    public static TheoryData<string> All => GoldenCase.Encoders is { Count: > 0 } names ? [.. names] : ["without-goldens"];

    [SkippableTheory]
    [MemberData(nameof(All))]
    public void Every_state_and_every_head_equals_the_reference_in_both_spellings(string name)
    {
        foreach (string spelling in Spellings)
        {
            using var encoder = new GoldenEncoder(name, spelling);
            long[] mask = encoder.Case.Ids("attention_mask");
            foreach ((string output, float[] values) in encoder.Run())
            {
                if (encoder.Case.Has(output))
                {
                    float[] expected = encoder.Case.Floats(output);
                    float[] actual = expected.Length % mask.Length == 0 && expected.Length > mask.Length * 4 ? PaddedStates.Clear(values, mask) : values;
                    Close.Assert(expected, actual, encoder.Case.Tolerance * Math.Max(1, Close.RootMeanSquare(expected)));
                }
            }
        }
    }

    [SkippableTheory]
    [MemberData(nameof(All))]
    public void A_graph_has_what_the_reference_tells(string name)
    {
        using var encoder = new GoldenEncoder(name);
        using var run = new EncoderRun(encoder.Model);
        string[] told = ["last_hidden_state", "pooler_output", "sentence_embedding", "hidden.0", "hidden.1"];
        Assert.All(told.Where(encoder.Case.Has), output => Assert.Contains(output, run.Outputs));
        Assert.Equal(encoder.Case.Has("token_type_ids"), run.Inputs.Contains("token_type_ids"));
    }

    [SkippableTheory]
    [MemberData(nameof(All))]
    public void A_row_alone_gives_what_it_gives_in_a_batch_with_padding(string name)
    {
        using var encoder = new GoldenEncoder(name, everyState: false);
        long[] mask = encoder.Case.Ids("attention_mask"), ids = encoder.Case.Ids("input_ids");
        long[] types = encoder.Case.Has("token_type_ids") ? encoder.Case.Ids("token_type_ids") : new long[ids.Length];
        int positions = (int)encoder.Case.Shape("input_ids")[1];
        float[] expected = encoder.Case.Floats("last_hidden_state");
        int width = expected.Length / ids.Length;
        using var run = new EncoderRun(encoder.Model);
        for (int row = 0; row < ids.Length / positions; row++)
        {
            int first = row * positions;
            int tokens = (int)mask.AsSpan(first, positions).ToArray().Sum();
            float[] alone = run.Run(ids[first..(first + tokens)], [.. Enumerable.Repeat(1L, tokens)], types[first..(first + tokens)], 1)["last_hidden_state"];
            Close.Assert(expected.AsSpan(first * width, tokens * width), alone, encoder.Case.Tolerance);
        }
    }
}
