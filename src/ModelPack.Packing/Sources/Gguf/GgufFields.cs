using System.Text.Json;
using ModelPack.Packing.Architectures;
using ModelPack.Packing.Architectures.Configuration;
using ModelPack.Packing.Architectures.Families;

namespace ModelPack.Packing.Sources.Gguf;

/// <summary>Fields of config.json that not every family has, written from the keys and tensors of a GGUF file.</summary>
internal sealed class GgufFields(Utf8JsonWriter json, GgufConfiguration source)
{
    // llama.cpp's values of keys that older files leave out.
    private const float Gemma2ScoreCap = 50;
    private const float Gemma2LogitCap = 30;
    private const int Gemma2Window = 4096;
    private const float LocalTheta = 10000;

    private static readonly Dictionary<string, Action<GgufFields>> ByModelType = new(StringComparer.Ordinal)
    {
        ["gemma2"] = fields => fields.WriteGemma(Gemma2ScoreCap, Gemma2LogitCap),
        ["gemma3_text"] = fields =>
        {
            fields.WriteGemma(null, null);
            fields.Number("rope_local_base_freq", fields.Key("rope.freq_base_swa") ?? LocalTheta);
        },
        ["cohere"] = fields =>
        {
            fields.Number("logit_scale", fields.Key("logit_scale") ?? 1);
            fields.Flag("use_qk_norm", fields.HasTensor("attn_q_norm.weight"));
        },
        ["cohere2"] = fields => fields.Number("logit_scale", fields.Key("logit_scale") ?? 1),
        ["granite"] = WriteGranite,
        ["granitemoe"] = WriteGranite,
        ["olmo"] = fields =>
        {
            if (fields.Key("attention.clamp_kqv") is { } clip and not 0)
            {
                fields.Number("clip_qkv", clip);
            }
        },
        ["gpt_neox"] = fields => fields.Flag("use_parallel_residual", fields.Metadata.OptionalFlag($"{fields.Architecture.Name}.use_parallel_residual") ?? true),
        ["stablelm"] = fields =>
        {
            fields.Flag("use_parallel_residual", !fields.HasTensor("ffn_norm.weight"));
            fields.Flag("qk_layernorm", fields.HasTensor("attn_q_norm.weight"));
        },
        ["phi"] = fields => fields.Flag("qk_layernorm", false),
        ["qwen3_moe"] = fields => fields.Flag("norm_topk_prob", true),
        ["qwen2_moe"] = fields => fields.Flag("norm_topk_prob", false),
        ["olmoe"] = fields => fields.Flag("norm_topk_prob", false),
    };

    private static readonly Dictionary<Activation, string> ActivationNames = new()
    {
        [Activation.Silu] = "silu", [Activation.Gelu] = "gelu", [Activation.GeluTanh] = "gelu_pytorch_tanh", [Activation.SquaredRelu] = "relu2",
    };

    private GgufMetadata Metadata => source.Metadata;

    private GgufSizes Sizes => source.Sizes;

    private GgufArchitecture Architecture => source.Architecture;

    private FamilyDefinition Family => source.Architecture.Family;

    /// <summary>Writes the fields.</summary>
    /// <exception cref="ModelPackException">MPK1420, MPK1421: a key is missing or invalid; MPK1423: it asks for something that is not computed.</exception>
    public void Write()
    {
        WriteNorm();
        WriteActivation();
        WriteShare();
        WriteBiases();
        WriteWindows();
        WriteExperts();
        if (ByModelType.TryGetValue(Family.ModelType, out Action<GgufFields>? write))
        {
            write(this);
        }
    }

    private static void WriteGranite(GgufFields fields)
    {
        fields.Number("attention_multiplier", fields.Key("attention.scale") is { } scale and not 0 ? scale : (float)(1 / Math.Sqrt(fields.Sizes.HeadSize)));
        fields.Number("embedding_multiplier", fields.Key("embedding_scale") is { } embedding and not 0 ? embedding : 1);
        fields.Number("residual_multiplier", fields.Key("residual_scale") is { } residual and not 0 ? residual : 1);
        fields.Number("logits_scaling", fields.Key("logit_scale") is { } logits and not 0 ? logits : 1);
    }

    private void WriteNorm()
    {
        string key = $"{Architecture.Name}.attention.{(Family.Norm.Kind == NormKind.Layer ? "layer_norm_epsilon" : "layer_norm_rms_epsilon")}";
        float epsilon = Metadata.OptionalNumber(key) ?? throw Metadata.Missing(key);
        if (Family.Norm.EpsilonField is { } field)
        {
            Number(field, epsilon);
        }
        else if (epsilon != (float)Family.Norm.Epsilon)
        {
            throw Metadata.Error(SourceErrors.GgufFeature, $"{key} is {epsilon}, and models of this architecture have {Family.Norm.Epsilon}");
        }
    }

    private void WriteActivation()
    {
        if (Family.FeedForward.ActivationFields is [var field, ..])
        {
            json.WriteString(field, ActivationNames[Architecture.Stored.Activations[0]]);
        }
    }

    private void WriteShare()
    {
        if (Family.Rope?.ShareField is not { } field)
        {
            return;
        }

        // The share whose product with the head size is not below the whole number that it stands for.
        double share = (double)Sizes.Rotated / Sizes.HeadSize;
        json.WriteNumber(field, (int)(Sizes.HeadSize * share) == Sizes.Rotated ? share : Math.BitIncrement(share));
    }

    private void WriteBiases()
    {
        (BiasRule Rule, bool Has)[] rules =
        [
            (Family.Attention.QueryKeyValueBias, HasTensor("attn_q.bias") || HasTensor("attn_qkv.bias")),
            (Family.Attention.OutputBias, HasTensor("attn_output.bias")),
            (Family.FeedForward.Bias, HasTensor("ffn_down.bias")),
        ];
        foreach ((BiasRule rule, bool has) in rules.Where(rule => rule.Rule.FieldName is not null).DistinctBy(rule => rule.Rule.FieldName))
        {
            Flag(rule.FieldName!, has);
        }
    }

    private void WriteWindows()
    {
        const string Field = "sliding_window";
        float? stored = Key("attention.sliding_window");
        int? usual = Architecture.Stored.WindowPeriod;
        if (usual is null)
        {
            // llama.cpp computes without a window that Phi-3's files have; the model has it.
            if (Family.ModelType == "phi3" && stored is > 0)
            {
                Number(Field, (int)stored);
            }

            return;
        }

        int? window = stored is > 0 ? (int)stored : Family.ModelType == "gemma2" ? Gemma2Window : null;
        if (window is not { } size)
        {
            json.WriteNull(Field);
            return;
        }

        Number(Field, size);
        bool[] slides = Slides(usual.Value);
        json.WriteStartArray("layer_types");
        foreach (bool each in slides)
        {
            json.WriteStringValue(each ? LayerTypeNames.Sliding : LayerTypeNames.Full);
        }

        json.WriteEndArray();
    }

    /// <summary>Which layers have a window: as a list says, or all but every n-th.</summary>
    private bool[] Slides(int usual)
    {
        string key = $"{Architecture.Name}.attention.sliding_window_pattern";
        if (Metadata.OptionalFlags(key) is { } list)
        {
            return list.Length == Sizes.Layers ? list : throw Metadata.WrongType(key, $"a list of {Sizes.Layers}");
        }

        int period = Metadata.OptionalSize(key) ?? usual;
        return [.. Enumerable.Range(0, Sizes.Layers).Select(layer => (layer + 1) % period != 0)];
    }

    private void WriteExperts()
    {
        if (Family.Mixture is not { } mixture)
        {
            return;
        }

        Number(mixture.CountField, Sizes.Experts);
        Number("num_experts_per_tok", Metadata.Size($"{Architecture.Name}.expert_used_count"));
        if (mixture.WidthField != "intermediate_size")
        {
            Number(mixture.WidthField, Metadata.Size($"{Architecture.Name}.expert_feed_forward_length"));
        }

        if (mixture.SharedWidthField is { } field)
        {
            Number(field, Metadata.Size($"{Architecture.Name}.expert_shared_feed_forward_length"));
        }
    }

    private void WriteGemma(float? scoreCap, float? logitCap)
    {
        WriteCap("attn_logit_softcapping", scoreCap);
        WriteCap("final_logit_softcapping", logitCap);
        GgufSizes sizes = Sizes;
        double scale = Architecture.Stored.Scale!((sizes.Layers, sizes.Hidden, sizes.Heads, sizes.HeadSize));
        json.WriteNumber("query_pre_attn_scalar", Math.Round(1 / (scale * scale)));
    }

    private void WriteCap(string name, float? absent)
    {
        if ((Key(name) ?? absent) is { } cap and not 0)
        {
            Number(name, cap);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private float? Key(string name) => Metadata.OptionalNumber($"{Architecture.Name}.{name}");

    private bool HasTensor(string name) => source.Tensors.Contains("blk.0." + name);

    private void Number(string field, float value) => json.WriteNumber(field, value);

    private void Number(string field, int value) => json.WriteNumber(field, value);

    private void Flag(string field, bool value) => json.WriteBoolean(field, value);
}
