using ModelPack.Packing.Architectures.Configuration;
using ModelPack.Packing.Architectures.Families;

namespace ModelPack.Packing.Architectures.Weights;

/// <summary>Which tensors an attention has and how large they are.</summary>
internal sealed class AttentionLayout(DecoderArchitecture sizes, ModelConfig config, CheckpointBinder binder, float epsilon)
{
    private readonly AttentionStyle _style = sizes.Family.Attention;
    private readonly WeightNames _names = sizes.Family.Names;
    private readonly Extent _hidden = new(sizes.HiddenSize, config.Qualified("hidden_size"));
    private readonly Extent _head = new(sizes.HeadSize, "head_dim");
    private readonly Extent _queries = new(sizes.Heads * sizes.HeadSize, "num_attention_heads x head_dim");
    private readonly Extent _keys = new(sizes.KvHeads * sizes.HeadSize, "num_key_value_heads x head_dim");

    public AttentionWeights Bind(int layer)
    {
        string prefix = _names.Layer(layer);
        bool bias = _style.QueryKeyValueBias.Applies(config);
        return new AttentionWeights(
            Projection(_names.Query, WeightRole.Query, _queries, 0),
            Projection(_names.Key, WeightRole.Key, _keys, 1),
            Projection(_names.Value, WeightRole.Value, _keys, 2),
            binder.Linear(prefix + _names.Output, prefix + _names.Output, WeightRole.Output, layer, RowPlan.Whole(_hidden), _hidden.Size, _queries, _style.OutputBias.Applies(config), _names.Transposed),
            HeadNorm(prefix + _names.QueryNorm, layer, sizes.Heads, _queries),
            HeadNorm(prefix + _names.KeyNorm, layer, sizes.KvHeads, _keys),
            _style.Sinks ? binder.Vector(prefix + _names.Sinks, WeightRole.Sink, layer, new Extent(sizes.Heads, "num_attention_heads")) : null);

        Linear Projection(string name, WeightRole role, Extent rows, int part) => binder.Linear(
            prefix + (_style.Fused == FusedLayout.None ? name : _names.QueryKeyValue), prefix + name, role, layer, Plan(rows, part), rows.Size, _hidden, bias, _names.Transposed);
    }

    private RowPlan Plan(Extent rows, int part)
    {
        var total = new Extent(_queries.Size + (2 * _keys.Size), $"{_queries.Fields} + 2 x {_keys.Fields}");
        return _style.Fused switch
        {
            FusedLayout.Stacked => RowPlan.Slice(total, part == 0 ? 0 : _queries.Size + ((part - 1) * _keys.Size), rows.Size),
            FusedLayout.ByHead => new RowPlan(total, part * sizes.HeadSize, sizes.HeadSize, 3 * sizes.HeadSize),
            _ => RowPlan.Whole(rows),
        };
    }

    private Norm? HeadNorm(string module, int layer, int heads, Extent rows)
    {
        NormStyle style = sizes.Family.Norm;
        IReadOnlyList<DecoderWeight>? factors = _style.Norms switch
        {
            QueryKeyNorm.PerHead => [binder.Factors($"{module}.weight", layer, style, [_head])],
            QueryKeyNorm.PerHeadOwn => [binder.Factors($"{module}.weight", layer, style, [new Extent(heads, "num_attention_heads"), _head])],
            QueryKeyNorm.PerHeadOwnTensors => [.. Enumerable.Range(0, heads).Select(head => binder.Factors($"{module}.norms.{head}.weight", layer, style, [_head]))],
            QueryKeyNorm.Whole => [binder.Factors($"{module}.weight", layer, style, [rows])],
            _ => null,
        };
        return factors is null ? null : new Norm(binder.Module(module), style.Kind, epsilon, _style.Norms == QueryKeyNorm.Whole ? rows.Size : sizes.HeadSize, factors, null);
    }
}
