using System.Text.Json;
using ModelPack.Packing.Architectures.Configuration;

namespace ModelPack.Packing.Adapters;

/// <summary>
/// What adapter_config.json says about numbers: ranks, scales, and which modules have them. Reading is validating: whatever makes
/// more of an adapter than low-rank sums, and any field that is not known and asks for something, is refused by name. Immutable.
/// </summary>
internal sealed class LoraConfig
{
    public const string FileName = "adapter_config.json";

    private const string AllLinear = "all-linear";

    private readonly ModelConfig _config;
    private readonly IReadOnlyList<(string Pattern, int Rank)> _ranks;
    private readonly IReadOnlyList<(string Pattern, double Alpha)> _alphas;
    private readonly string? _targetExpression;
    private readonly IReadOnlyList<string> _targets;
    private readonly IReadOnlyList<int>? _layers;
    private readonly double _alpha;
    private readonly bool _rankStabilized;

    private LoraConfig(ModelConfig config)
    {
        _config = config;
        Require("r");
        Require("lora_alpha");
        Require("target_modules");
        Rank = config.Integer("r", 1);
        _alpha = config.Number("lora_alpha");
        _rankStabilized = config.Flag("use_rslora", false);
        _ranks = [.. Patterns("rank_pattern").Select(pattern => (pattern, config.Section("rank_pattern")!.Integer(pattern, 1)))];
        _alphas = [.. Patterns("alpha_pattern").Select(pattern => (pattern, config.Section("alpha_pattern")!.Number(pattern)))];
        _targetExpression = IsText("target_modules") ? config.Text("target_modules") : null;
        _targets = _targetExpression is null ? config.Texts("target_modules")! : [];
        _layers = config.Raw("layers_to_transform") switch
        {
            null => null,
            { ValueKind: JsonValueKind.Array } => config.Numbers("layers_to_transform") is { Count: > 0 } layers ? [.. layers.Select(layer => (int)layer)] : null,
            _ => [config.Integer("layers_to_transform", 0)],
        };
    }

    /// <summary>Rank of the modules that rank_pattern does not name.</summary>
    public int Rank { get; }

    /// <summary>Reads a file.</summary>
    /// <exception cref="ModelPackException">MPK12xx: the field and what is wrong with it.</exception>
    public static LoraConfig Read(string file)
    {
        ModelConfig config = ModelConfig.Read(file);
        LoraFeatures.RefuseOthers(config);
        return new LoraConfig(config);
    }

    /// <summary>Rank that a module has.</summary>
    public int RankOf(string module) => _ranks.FirstOrDefault(entry => ModulePattern.DescribesEnd(_config, "rank_pattern", entry.Pattern, module)) is (not null, var rank) ? rank : Rank;

    /// <summary>The field that says a module's rank.</summary>
    public string RankField(string module) => _ranks.Any(entry => ModulePattern.DescribesEnd(_config, "rank_pattern", entry.Pattern, module)) ? "rank_pattern" : "r";

    /// <summary>Factor of a module's product: alpha / r, or alpha / sqrt(r) with use_rslora (Kalajdzievski 2023).</summary>
    public float ScaleOf(string module)
    {
        double alpha = _alphas.FirstOrDefault(entry => ModulePattern.DescribesEnd(_config, "alpha_pattern", entry.Pattern, module)) is (not null, var own) ? own : _alpha;
        return (float)(alpha / (_rankStabilized ? Math.Sqrt(RankOf(module)) : RankOf(module)));
    }

    /// <summary>True when a module is among those that were trained.</summary>
    public bool Targets(string module)
    {
        if (IsExcluded(module))
        {
            return false;
        }

        if (_targetExpression is not null)
        {
            return _targetExpression == AllLinear || ModulePattern.Describes(_config, "target_modules", _targetExpression, module);
        }

        return _targets.Any(entry => ModulePattern.IsNamed(entry, module)) && (_layers is null || _targets.Contains(module) || IsInLayers(module));
    }

    /// <summary>An error about a field.</summary>
    public ModelPackException Error(string code, string field, string complaint) => _config.Error(code, field, complaint);

    private bool IsExcluded(string module) => IsText("exclude_modules")
        ? ModulePattern.Describes(_config, "exclude_modules", _config.Text("exclude_modules")!, module)
        : (_config.Texts("exclude_modules") ?? []).Any(entry => ModulePattern.IsNamed(entry, module));

    private bool IsInLayers(string module)
    {
        IReadOnlyList<string> patterns = IsText("layers_pattern") ? [_config.Text("layers_pattern")!] : _config.Texts("layers_pattern") ?? [];
        int? layer = (patterns.Count == 0 ? ["[^.]*"] : patterns).Select(pattern => ModulePattern.Layer(_config, "layers_pattern", pattern, module)).FirstOrDefault(found => found is not null);
        return layer is { } number && _layers!.Contains(number);
    }

    private IEnumerable<string> Patterns(string field) => _config.Section(field)?.Fields ?? [];

    private bool IsText(string field) => _config.Raw(field) is { ValueKind: JsonValueKind.String };

    private void Require(string field)
    {
        if (!_config.Has(field))
        {
            throw _config.Error(AdapterErrors.NotAnAdapter, field, "is missing; save the adapter again with PEFT");
        }
    }
}
