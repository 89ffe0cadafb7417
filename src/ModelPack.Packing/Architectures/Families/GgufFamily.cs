namespace ModelPack.Packing.Architectures.Families;

/// <summary>What llama.cpp calls a family, and where its graph differs from the published one.</summary>
internal sealed record GgufFamily
{
    /// <summary>Value of general.architecture, which is also the first part of the architecture's keys.</summary>
    public required string Architecture { get; init; }

    /// <summary>
    /// Rope turns elements 2i and 2i + 1 of a head together, not i and i + half: the rows of queries and keys are stored in another order.
    /// </summary>
    public bool RotatesNeighbours { get; init; }

    /// <summary>Divisors of rope's frequencies may be stored as a tensor.</summary>
    public bool TakesRopeDivisors { get; init; }

    /// <summary>One tensor holds queries, keys and values.</summary>
    public bool FusesQueryKeyValue { get; init; }

    /// <summary>The tensor of the up projection holds the gate before it.</summary>
    public bool FusesGateUp { get; init; }

    /// <summary>What the norm in front of the feed-forward network is called.</summary>
    public string FeedForwardNorm { get; init; } = GgufModules.FeedForwardNorm;

    /// <summary>The output head.</summary>
    public GgufHead Head { get; init; }

    /// <summary>Activations that the graph has.</summary>
    public IReadOnlyList<Activation> Activations { get; init; } = [Activation.Silu];

    /// <summary>Modules that may have a bias.</summary>
    public IReadOnlyList<string> Biases { get; init; } = Attention;

    /// <summary>
    /// Every n-th layer sees all, those between a window, where the model has windows. Null: the graph has no windows, and a model with one is
    /// right only up to where it would show.
    /// </summary>
    public int? WindowPeriod { get; init; }

    /// <summary>Another period than <see cref="WindowPeriod"/> can be stored.</summary>
    public bool StoresWindowPeriod { get; init; }

    /// <summary>Layers with a window rotate by a base of their own, which is stored, and unscaled.</summary>
    public bool StoresLocalBase { get; init; }

    /// <summary>The factor of the scores is stored.</summary>
    public bool StoresScale { get; init; }

    /// <summary>The factor of the scores that the graph has by itself; null: 1 / sqrt(head size).</summary>
    public Func<(int Layers, int Hidden, int Heads, int HeadSize), double>? Scale { get; init; }

    /// <summary>The logits are divided by the stored logit scale instead of multiplied.</summary>
    public bool DividesLogits { get; init; }

    /// <summary>All heads together must be as wide as the stream.</summary>
    public bool HeadsFillStream { get; init; }

    /// <summary>Whether a layer's branches are parallel is stored.</summary>
    public bool StoresOrder { get; init; }

    /// <summary>Queries may grow with their position.</summary>
    public bool GrowsQueries { get; init; }

    /// <summary>Longrope's two lists of factors may be stored.</summary>
    public bool TakesLongRope { get; init; }

    /// <summary>The width of an expert has a key of its own, beside the one of dense networks.</summary>
    public bool StoresExpertWidth { get; init; }

    /// <summary>What a model asks for that the graph does not have, as the end of a sentence; null: nothing.</summary>
    public Func<DecoderArchitecture, string?> Lacks { get; init; } = _ => null;

    /// <summary>Biases of queries, keys and values.</summary>
    public static IReadOnlyList<string> Attention { get; } = [GgufModules.Query, GgufModules.Key, "attn_v"];

    /// <summary>Biases of all linear layers of a block.</summary>
    public static IReadOnlyList<string> Block { get; } = [.. Attention, GgufModules.QueryKeyValue, GgufModules.AttentionOutput, "ffn_gate", GgufModules.Up, GgufModules.Down];

    /// <summary>Addends of layer norms.</summary>
    public static IReadOnlyList<string> Norms { get; } = ["attn_norm", GgufModules.FeedForwardNorm, GgufModules.FinalNorm, "token_embd_norm"];

    /// <summary>The factor by which a layer's queries are multiplied in the file, so that the graph's own scale of the scores comes out right.</summary>
    public float QueryFactor(DecoderArchitecture architecture, int layer)
    {
        AttentionStyle style = architecture.Family.Attention;
        double wanted = (style.Scale ?? 1 / Math.Sqrt(architecture.HeadSize)) / (style.ScaleFallsWithLayer ? layer + 1 : 1);
        double had = StoresScale ? wanted : Scale?.Invoke((architecture.Layers, architecture.HiddenSize, architecture.Heads, architecture.HeadSize)) ?? 1 / Math.Sqrt(architecture.HeadSize);
        return Math.Abs((wanted / had) - 1) < 1e-7 ? 1 : (float)(wanted / had);
    }
}
