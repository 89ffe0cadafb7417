using ModelPack.Packing.Architectures;
using ModelPack.Packing.Evaluation;
using ModelPack.Packing.Sources;
using ModelPack.Packing.Tests.Architectures;
using ModelPack.Packing.Verification;
using ModelPack.Packing.Writing.Gguf;

namespace ModelPack.Packing.Tests.Writing.Gguf;

/// <summary>
/// llama.cpp computes the reference implementation's logits from a checkpoint's names, values and keys as they are written, in F32; and what is read from such
/// a file is the model that was written.
/// </summary>
public class GoldenGgufTests
{
    // llama.cpp sums in another order, and its rope keeps no float32 roundings of the reference.
    private const double Tolerance = 1e-3;

    // It looks GELU up in a table of float16.
    private const double GeluTolerance = 5e-3;

    // Keys are float32 numbers, of which some are quotients of what the configuration says.
    private const double ReadTolerance = 1e-4;

    public static TheoryData<string> All => GoldenCase.Names();

    /// <summary>What the cases themselves ask for and llama.cpp does not have, taken away: fields, and the tensors or rows that go with them.</summary>
    public static TheoryData<string, string> Variants => new()
    {
        { "llama-bias", """{"hidden_act": "silu"}""" },
        { "gpt_oss", """{"rope_scaling": {"rope_type": "yarn", "factor": 32.0, "beta_fast": 32.0, "beta_slow": 1.0, "original_max_position_embeddings": 64}}""" },
        { "qwen2_moe", """{"num_hidden_layers": 1, "mlp_only_layers": []}""" },
        { "olmoe", """{"clip_qkv": null}""" },
        { "exaone4", """{"sliding_window": null, "layer_types": null, "sliding_window_pattern": null}""" },
        { "glm", """{"head_dim": 16}""" },
        { "phi3-longrope", """{"original_max_position_embeddings": 300}""" },
        { "mistral", """{"sliding_window": null}""" },
    };

    [SkippableTheory]
    [MemberData(nameof(All))]
    public void Logits_by_llama_cpp_equal_the_reference_or_the_model_is_refused_by_name(string name)
    {
        LlamaCpp.Require();
        using GoldenCase golden = GoldenCase.Open(name);
        DecoderArchitecture architecture = golden.Architecture();
        if (GoldenGguf.Refusal(architecture) is { } refusal)
        {
            Assert.Contains("llama.cpp", refusal, StringComparison.Ordinal);
            return;
        }

        Assert.InRange(GoldenGguf.Measure(golden), 0, ToleranceOf(architecture));
    }

    [SkippableTheory]
    [MemberData(nameof(Variants))]
    public void Logits_of_a_variant_by_llama_cpp_equal_those_of_its_float_graph(string name, string fields)
    {
        LlamaCpp.Require();
        using GoldenCase golden = GoldenCase.Open(name);
        using VariantFolder variant = Variant(golden, fields);
        Assert.Null(GoldenGguf.Refusal(variant.Architecture));

        double difference = GoldenGguf.Difference(variant.Checkpoint, variant.Architecture, golden.Ids("input_ids"), variant.Logits(golden.Ids("input_ids")));

        Assert.InRange(difference, 0, ToleranceOf(variant.Architecture));
    }

    [SkippableTheory]
    [MemberData(nameof(All))]
    public void A_file_that_was_written_is_read_as_the_same_model(string name)
    {
        using GoldenCase golden = GoldenCase.Open(name);
        DecoderArchitecture architecture = golden.Architecture();
        if (GoldenGguf.Refusal(architecture) is null)
        {
            Assert.InRange(ReadBack(golden, golden.Checkpoint, architecture, golden.Floats("logits")), 0, ReadTolerance);
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Variants))]
    public void A_file_of_a_variant_is_read_as_the_same_model(string name, string fields)
    {
        using GoldenCase golden = GoldenCase.Open(name);
        using VariantFolder variant = Variant(golden, fields);
        Assert.InRange(ReadBack(golden, variant.Checkpoint, variant.Architecture, variant.Logits(golden.Ids("input_ids"))), 0, ReadTolerance);
    }

    internal static double ToleranceOf(DecoderArchitecture architecture) => architecture.Activation is Activation.Gelu or Activation.GeluTanh ? GeluTolerance : Tolerance;

    private static double ReadBack(GoldenCase golden, Formats.Safetensors.SafetensorsCheckpoint checkpoint, DecoderArchitecture architecture, float[] expected)
    {
        string folder = Directory.CreateTempSubdirectory("modelpack-").FullName;
        try
        {
            string file = Path.Combine(folder, "golden.gguf");
            GoldenGguf.Write(file, checkpoint, architecture, AddVocabulary);
            using ModelSource source = ModelSource.Open(file);
            using SessionLogitSource session = SessionLogitSource.OpenSource(source, threads: 1);
            int[] prompt = [.. golden.Ids("input_ids").Take(source.Architecture.ContextLength).Select(id => (int)id)];
            var actual = new float[prompt.Length * session.VocabularySize];
            session.Run(prompt, actual);
            Assert.True(prompt.Length > 4);
            return LogitComparison.RelativeError(expected.AsSpan(0, actual.Length), actual);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void AddVocabulary(MetadataList metadata)
    {
        metadata.Add("tokenizer.ggml.model", "gpt2");
        metadata.Add("tokenizer.ggml.pre", "gpt-2");
        metadata.Add("tokenizer.ggml.tokens", ByteTokenizer.Tokens);
        metadata.Add("tokenizer.ggml.token_type", [.. ByteTokenizer.Tokens.Select(_ => 1)]);
        metadata.Add("tokenizer.ggml.merges", Array.Empty<string>());
        metadata.Add("tokenizer.ggml.eos_token_id", 2);
    }

    private static VariantFolder Variant(GoldenCase golden, string fields) => new(golden, fields, golden.Name switch
    {
        "qwen2_moe" => tensor => tensor.StartsWith("model.layers.1.", StringComparison.Ordinal) ? [] : null,

        // Half of every head.
        "glm" => tensor => tensor.Split('.') is not [.., var module, var ending] ? null
            : module == "q_proj" ? ending == "bias" ? [64] : [64, 64]
            : module is "k_proj" or "v_proj" ? ending == "bias" ? [32] : [32, 64]
            : module == "o_proj" ? [64, 64]
            : null,
        _ => null,
    });
}
