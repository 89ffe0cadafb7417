using System.Globalization;
using ModelPack.Packing.Architectures.Configuration;
using ModelPack.Packing.Architectures.Families;

namespace ModelPack.Packing.Architectures.Weights;

/// <summary>Which tensors a mixture of experts has and how large they are.</summary>
internal sealed class MixtureLayout(DecoderArchitecture sizes, ModelConfig config, CheckpointBinder binder, MixtureStyle style)
{
    private const string SharedModule = "mlp.shared_expert";
    private readonly Extent _hidden = new(sizes.HiddenSize, config.Qualified("hidden_size"));
    private readonly Extent _experts = new(config.Integer(style.CountField, style.Count, 1), style.CountField);
    private readonly Extent _inner = new(style.Width is int width ? config.Integer(style.WidthField, width, 1) : config.Integer(style.WidthField, 1), style.WidthField);

    /// <summary>True when a layer has a mixture.</summary>
    public static bool Has(ModelConfig config, MixtureStyle style, int layer)
    {
        if (!style.HasDenseLayers)
        {
            return true;
        }

        bool listed = config.Numbers("mlp_only_layers")?.Contains(layer) ?? false;
        return !listed && (layer + 1) % config.Integer("decoder_sparse_step", 1, 1) == 0;
    }

    public MixtureWeights Bind(int layer)
    {
        string prefix = sizes.Family.Names.Layer(layer);
        Linear router = binder.Linear(prefix + style.Router, WeightRole.Router, layer, _experts, _hidden, style.Bias);
        IReadOnlyList<FeedForwardWeights> experts = [.. Enumerable.Range(0, _experts.Size).Select(expert => Expert(prefix, layer, expert))];
        if (style.SharedWidthField is not string field)
        {
            return new MixtureWeights(router, experts, null, null);
        }

        var width = new Extent(config.Integer(field, 1), field);
        var shared = new FeedForwardWeights(
            binder.Linear($"{prefix}{SharedModule}.gate_proj", WeightRole.Gate, layer, width, _hidden, bias: false),
            binder.Linear($"{prefix}{SharedModule}.up_proj", WeightRole.Up, layer, width, _hidden, bias: false),
            binder.Linear($"{prefix}{SharedModule}.down_proj", WeightRole.Down, layer, _hidden, width, bias: false));
        return new MixtureWeights(router, experts, shared, binder.Linear($"{prefix}{SharedModule}_gate", WeightRole.Router, layer, new Extent(1, "1"), _hidden, bias: false));
    }

    private FeedForwardWeights Expert(string prefix, int layer, int expert)
    {
        string gate = prefix + Numbered(style.Gate, expert), up = prefix + Numbered(style.Up, expert), down = prefix + Numbered(style.Down, expert);
        if (style.Layout == ExpertLayout.Separate)
        {
            return new FeedForwardWeights(
                binder.Linear(gate, WeightRole.Gate, layer, _inner, _hidden, style.Bias),
                binder.Linear(up, WeightRole.Up, layer, _inner, _hidden, style.Bias),
                binder.Linear(down, WeightRole.Down, layer, _hidden, _inner, style.Bias));
        }

        string names = $"{prefix}mlp.experts.{expert}.";
        return new FeedForwardWeights(
            Slice(gate, $"{names}gate_proj", WeightRole.Gate, layer, expert, 0),
            Slice(gate, $"{names}up_proj", WeightRole.Up, layer, expert, 1),
            Slice(down, $"{names}down_proj", WeightRole.Down, layer, expert, 0));
    }

    /// <summary>A layer of one expert out of the tensors that hold those of all.</summary>
    /// <param name="module">Name of the tensor, without the ending that stacked ones have.</param>
    /// <param name="name">Module that the layer would be if it had a tensor of its own.</param>
    /// <param name="role">What it is for.</param>
    /// <param name="layer">Layer from 0.</param>
    /// <param name="expert">Expert from 0.</param>
    /// <param name="part">0, or 1 for the second of two layers in one tensor.</param>
    private Linear Slice(string module, string name, WeightRole role, int layer, int expert, int part)
    {
        bool narrows = role == WeightRole.Down;
        int parts = narrows ? 1 : 2;
        Extent rows = narrows ? _hidden : _inner, columns = narrows ? _inner : _hidden;
        Extent all = narrows ? rows : new Extent(parts * rows.Size, $"2 x {rows.Fields}");
        long start = (long)expert * all.Size * columns.Size;
        if (style.Layout == ExpertLayout.Stacked)
        {
            var stacked = new WeightView(start + ((long)part * rows.Size * columns.Size), rows.Size, 0, columns.Size, 1);
            return new Linear(binder.Slice($"{module}.weight", $"{name}.weight", role, layer, [_experts, all, columns], rows.Size, columns.Size, stacked), null);
        }

        DecoderWeight weight = binder.Slice(module, $"{name}.weight", role, layer, [_experts, columns, all], rows.Size, columns.Size, new WeightView(start + part, rows.Size, 0, parts, all.Size));
        DecoderWeight bias = binder.Slice($"{module}_bias", $"{name}.bias", WeightRole.Bias, layer, [_experts, all], 1, rows.Size, new WeightView(((long)expert * all.Size) + part, rows.Size, 0, parts, 1));
        return new Linear(weight, bias);
    }

    private static string Numbered(string name, int expert) => string.Format(CultureInfo.InvariantCulture, name, expert);
}
