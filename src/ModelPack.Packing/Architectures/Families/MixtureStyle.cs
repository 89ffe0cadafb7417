namespace ModelPack.Packing.Architectures.Families;

/// <summary>The mixture of experts that takes the feed-forward network's place.</summary>
internal sealed record MixtureStyle
{
    /// <summary>Field with the number of experts.</summary>
    public string CountField { get; init; } = "num_experts";

    /// <summary>Number of experts when the field is absent.</summary>
    public required int Count { get; init; }

    /// <summary>num_experts_per_tok when absent.</summary>
    public required int Chosen { get; init; }

    /// <summary>Field with the inner width of an expert.</summary>
    public string WidthField { get; init; } = "intermediate_size";

    /// <summary>Inner width of an expert when the field is absent; null: it is required.</summary>
    public int? Width { get; init; }

    /// <summary>How experts are chosen and weighed.</summary>
    public ExpertRouting Routing { get; init; } = ExpertRouting.SoftmaxOfAll;

    /// <summary>The chosen weights are divided by their sum.</summary>
    public bool Renormalizes { get; init; }

    /// <summary>Scores further than this share below the best are left out by <see cref="ExpertRouting.SparseMixer"/>.</summary>
    public float MixerThreshold { get; init; }

    /// <summary>Router and experts have biases.</summary>
    public bool Bias { get; init; }

    /// <summary>How the experts lie in the checkpoint.</summary>
    public ExpertLayout Layout { get; init; } = ExpertLayout.Separate;

    /// <summary>Field with the inner width of an expert that all tokens pass, weighed by a gate of its own; null: there is none.</summary>
    public string? SharedWidthField { get; init; }

    /// <summary>Layers can have a dense network instead: those of mlp_only_layers, and all but every decoder_sparse_step-th.</summary>
    public bool HasDenseLayers { get; init; }

    /// <summary>Name of the router.</summary>
    public string Router { get; init; } = "mlp.gate";

    /// <summary>Names of an expert's layers, {0} being the expert; of tensors that hold all experts, without it.</summary>
    public string Gate { get; init; } = "mlp.experts.{0}.gate_proj";

    /// <summary>As <see cref="Gate"/>.</summary>
    public string Up { get; init; } = "mlp.experts.{0}.up_proj";

    /// <summary>As <see cref="Gate"/>.</summary>
    public string Down { get; init; } = "mlp.experts.{0}.down_proj";
}
