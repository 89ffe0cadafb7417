using static ModelPack.Packing.Architectures.Families.GgufFamily;

namespace ModelPack.Packing.Architectures.Families;

/// <summary>Every family that llama.cpp computes, by model_type, and why it does not compute the others.</summary>
internal static class GgufFamilyTable
{
    private const int LayersOfGemma27B = 46;
    private const int LayersOfGemma3With27B = 62;
    private const int LayersOfExaoneWithWindows = 64;
    private const int LayersOfCommandRWithHeadNorms = 64;

    private static readonly GgufFamily Llama = new()
    {
        Architecture = "llama", RotatesNeighbours = true, TakesRopeDivisors = true, Biases = Block, Lacks = GgufVariants.Mixture(renormalizes: true),
    };

    private static readonly GgufFamily Gemma = new() { Architecture = "gemma", Head = GgufHead.Tied, Activations = [Activation.GeluTanh] };

    private static readonly GgufFamily Gemma2 = Gemma with
    {
        Architecture = "gemma2", WindowPeriod = 2, StoresWindowPeriod = true, Scale = sizes => OfGemma(sizes, LayersOfGemma27B),
    };

    private static readonly GgufFamily Granite = Llama with { Architecture = "granite", StoresScale = true, DividesLogits = true };

    private static readonly GgufFamily Olmo2 = new() { Architecture = "olmo2", Head = GgufHead.Own, WindowPeriod = 4, StoresWindowPeriod = true, Biases = [] };

    private static readonly GgufFamily Gpt2 = new()
    {
        Architecture = "gpt2", FusesQueryKeyValue = true, Activations = [Activation.GeluTanh], Biases = [.. Block, .. Norms],
    };

    private static readonly GgufFamily CommandR = new()
    {
        Architecture = "command-r",
        Head = GgufHead.Tied,
        Lacks = sizes => sizes.Family.Attention.Norms != QueryKeyNorm.None && sizes.Layers < LayersOfCommandRWithHeadNorms
            ? $"norms of queries and keys in a model of fewer than {LayersOfCommandRWithHeadNorms} layers" : null,
    };

    private static readonly GgufFamily ChatGlm = new() { Architecture = "chatglm", FusesGateUp = true, Biases = [.. Attention, GgufModules.QueryKeyValue] };

    // By model_type and not beside the family: a family that is another one with a difference must not inherit its name in llama.cpp.
    private static readonly Dictionary<string, GgufFamily> All = new(StringComparer.Ordinal)
    {
        ["llama"] = Llama,
        ["mistral"] = Llama,
        ["ministral"] = Llama,
        ["ministral3"] = Llama with { Architecture = "mistral3", GrowsQueries = true, Lacks = sizes => sizes.Ropes[0]!.AttentionFactor == 1 ? null : "a factor on rotated queries and keys" },
        ["mixtral"] = Llama,
        ["internlm3"] = Llama,
        // Neighbours are turned in the checkpoint already.
        ["helium"] = Llama with { RotatesNeighbours = false },
        ["qwen2"] = new() { Architecture = "qwen2" },
        ["qwen3"] = new() { Architecture = "qwen3" },
        ["qwen2_moe"] = new() { Architecture = "qwen2moe", Head = GgufHead.Own, StoresExpertWidth = true, Lacks = GgufVariants.Mixture(renormalizes: false) },
        ["qwen3_moe"] = new() { Architecture = "qwen3moe", StoresExpertWidth = true, Lacks = GgufVariants.Mixture(renormalizes: true) },
        ["olmoe"] = new() { Architecture = "olmoe", Head = GgufHead.Own, Biases = [], Lacks = GgufVariants.Any(GgufVariants.Mixture(renormalizes: false), GgufVariants.Clamp) },
        ["gpt_oss"] = new()
        {
            Architecture = "gpt-oss",
            Head = GgufHead.Own,
            FeedForwardNorm = "post_attention_norm",
            WindowPeriod = 2,
            StoresWindowPeriod = true,
            StoresExpertWidth = true,
            Biases = [.. Attention, GgufModules.AttentionOutput, "ffn_gate_inp", "ffn_gate_exps", "ffn_up_exps", "ffn_down_exps"],
            Lacks = sizes => sizes.Family.FeedForward.ClampLimit is not 7 ? $"swiglu_limit {sizes.Family.FeedForward.ClampLimit}, only 7" : null,
        },
        ["gemma"] = Gemma,
        ["gemma2"] = Gemma2,
        ["gemma3_text"] = Gemma2 with { Architecture = "gemma3", StoresLocalBase = true, WindowPeriod = 6, Scale = sizes => OfGemma(sizes, LayersOfGemma3With27B) },
        ["phi"] = new() { Architecture = "phi2", Head = GgufHead.Own, Activations = [Activation.GeluTanh], Biases = [.. Block, .. Norms, GgufModules.Head] },
        ["phi3"] = new() { Architecture = "phi3", FusesQueryKeyValue = true, FusesGateUp = true, TakesLongRope = true, Biases = [] },
        ["smollm3"] = Llama with { Architecture = "smollm3", TakesRopeDivisors = false, Biases = Attention, Lacks = GgufVariants.RotationInThreeOfFour },
        ["granite"] = Granite,
        ["granitemoe"] = Granite with { Architecture = "granitemoe" },
        ["olmo"] = new() { Architecture = "olmo", RotatesNeighbours = true, Biases = [] },
        ["olmo2"] = Olmo2,
        ["olmo3"] = Olmo2,
        ["stablelm"] = new() { Architecture = "stablelm", Head = GgufHead.Own, Biases = [.. Attention, .. Norms] },
        ["gpt2"] = Gpt2,
        // llama.cpp computes the tanh form where the model has erf.
        ["gpt_neox"] = Gpt2 with { Architecture = "gptneox", StoresOrder = true, Head = GgufHead.Own, Activations = [Activation.Gelu, Activation.GeluTanh] },
        ["bloom"] = Gpt2 with { Architecture = "bloom" },
        ["starcoder2"] = new() { Architecture = "starcoder2", Activations = [Activation.GeluTanh], Biases = [.. Block, .. Norms] },
        ["cohere"] = CommandR,
        ["cohere2"] = CommandR with { Architecture = "cohere2", HeadsFillStream = true, WindowPeriod = 4, StoresWindowPeriod = true },
        ["glm"] = ChatGlm with { HeadsFillStream = true },
        ["glm4"] = ChatGlm with { Architecture = "glm4" },
        ["exaone4"] = new()
        {
            Architecture = "exaone4",
            TakesRopeDivisors = true,
            WindowPeriod = 4,
            Biases = [],
            Lacks = sizes => sizes.DeclaredWindows.Any(window => window is not null) && sizes.Layers != LayersOfExaoneWithWindows
                ? $"sliding windows in a model of other than {LayersOfExaoneWithWindows} layers" : null,
        },
        ["seed_oss"] = new() { Architecture = "seed_oss", FeedForwardNorm = "post_attention_norm" },
        ["ernie4_5"] = new() { Architecture = "ernie4_5", Biases = [] },
        ["hunyuan_v1_dense"] = new() { Architecture = "hunyuan-dense", Biases = [] },
        ["nemotron"] = new() { Architecture = "nemotron", HeadsFillStream = true, Head = GgufHead.Own, Activations = [Activation.SquaredRelu], Biases = [.. Block, .. Norms] },
    };

    private static readonly Dictionary<string, string> Reasons = new(StringComparer.Ordinal)
    {
        ["gptj"] = "llama.cpp knows the name gptj and has no graph for it",
        ["opt"] = "llama.cpp does not know OPT",
        ["lfm2"] = "layers of short convolutions, which llama.cpp computes, are not written by this version",
        ["phimoe"] = "llama.cpp weighs the two experts of a token by one softmax, not one after the other as the model does",
    };

    /// <summary>The model types that can be written.</summary>
    public static IEnumerable<string> ModelTypes => All.Keys;

    /// <summary>The family of a model_type; null: llama.cpp does not compute it, or this version does not know how.</summary>
    public static GgufFamily? Find(string modelType) => All.GetValueOrDefault(modelType);

    /// <summary>The model types that an architecture of GGUF files stands for, the usual one first.</summary>
    public static IReadOnlyList<string> ModelTypesOf(string architecture) => [.. All.Where(pair => pair.Value.Architecture == architecture).Select(pair => pair.Key)];

    /// <summary>Every architecture of GGUF files.</summary>
    public static IEnumerable<string> Architectures => All.Values.Select(family => family.Architecture).Distinct();

    /// <summary>Why a model_type without a family cannot be written.</summary>
    public static string WhyNot(string modelType) => Reasons.GetValueOrDefault(modelType, $"models of model_type {modelType} cannot be written as GGUF by this version");

    // llama.cpp tells the 27B by its depth and scales it by hidden size and heads.
    private static double OfGemma((int Layers, int Hidden, int Heads, int HeadSize) sizes, int layersOfLargest) =>
        1 / Math.Sqrt(sizes.Layers == layersOfLargest ? sizes.Hidden / sizes.Heads : sizes.HeadSize);
}
