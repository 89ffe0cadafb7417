using ModelPack.Packing.Architectures;

namespace ModelPack.Packing.Tests.Architectures;

/// <summary>Whole graphs in float32 against the reference implementation.</summary>
public class GoldenLogitsTests
{
    private static readonly string[] Spellings = ["config.json", "config.v5.json"];

    public static TheoryData<string> All => GoldenCase.Names();

    public static TheoryData<string> Padded => GoldenCase.NamesWith("batch_logits");

    public static TheoryData<string> Long => GoldenCase.NamesWith("long_logits");

    [SkippableTheory]
    [MemberData(nameof(All))]
    public void Logits_of_the_prompt_equal_the_reference_in_both_spellings(string name)
    {
        using GoldenCase golden = GoldenCase.Open(name);
        foreach (string spelling in Spellings)
        {
            DecoderArchitecture architecture = golden.Architecture(spelling);
            using DecoderFolder folder = DecoderFolder.Write(golden.Checkpoint, architecture, new DecoderGraphOptions());
            using var runner = new DecoderRunner(folder.Model, architecture);
            Close.Assert(golden.Floats("logits"), runner.Run(golden.Ids("input_ids")), golden.Tolerance);
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Long))]
    public void Logits_beyond_the_original_length_equal_the_reference(string name)
    {
        using GoldenCase golden = GoldenCase.Open(name);
        DecoderArchitecture architecture = golden.Architecture();
        using DecoderFolder folder = DecoderFolder.Write(golden.Checkpoint, architecture, new DecoderGraphOptions());
        using var runner = new DecoderRunner(folder.Model, architecture);
        Close.Assert(golden.Floats("long_logits"), runner.Run(golden.Ids("long_input_ids")), golden.Tolerance);
    }

    [SkippableTheory]
    [MemberData(nameof(Padded))]
    public void Rows_padded_on_the_left_equal_the_reference(string name)
    {
        using GoldenCase golden = GoldenCase.Open(name);
        DecoderArchitecture architecture = golden.Architecture();
        using DecoderFolder folder = DecoderFolder.Write(golden.Checkpoint, architecture, new DecoderGraphOptions());
        using var runner = new DecoderRunner(folder.Model, architecture);
        Close.Assert(golden.Floats("batch_logits"), PaddedBatch.Run(runner, golden, architecture), golden.Tolerance);
    }

    [SkippableTheory]
    [MemberData(nameof(All))]
    public void Hidden_states_after_every_layer_equal_the_reference(string name)
    {
        using GoldenCase golden = GoldenCase.Open(name);
        DecoderArchitecture architecture = golden.Architecture();
        for (int layer = -1; layer < architecture.Layers; layer++)
        {
            var options = new DecoderGraphOptions { LastLayer = layer, IncludeHead = false };
            using DecoderFolder folder = DecoderFolder.Write(golden.Checkpoint, architecture, options);
            using var runner = new DecoderRunner(folder.Model, architecture);
            float[] expected = golden.Floats($"hidden.{layer + 1}");
            Close.Assert(expected, runner.Run(golden.Ids("input_ids")), golden.Tolerance * Math.Max(1, Close.RootMeanSquare(expected)));
        }
    }
}
