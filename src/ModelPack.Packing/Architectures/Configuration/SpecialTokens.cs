using ModelPack.Packing.Architectures.Families;

namespace ModelPack.Packing.Architectures.Configuration;

/// <summary>Ids of the special tokens: generation_config.json's, joined by config.json's.</summary>
internal sealed record SpecialTokens(int? Bos, IReadOnlyList<int> Eos, int? Pad)
{
    /// <summary>Reads config.json and generation_config.json. Ids outside the vocabulary can never be generated and are left out.</summary>
    /// <exception cref="ModelPackException">MPK1203: a field holds no ids.</exception>
    public static SpecialTokens Read(ModelConfig config, ModelConfig? generation, FamilyDefinition family, int vocabulary)
    {
        ModelConfig[] files = generation is null ? [config] : [generation, config];
        int[] eos = Ids("eos_token_id");
        return new SpecialTokens(
            First(Ids("bos_token_id"), config.Declares("bos_token_id") ? null : family.BosToken),
            eos.Length > 0 || config.Declares("eos_token_id") || family.EosToken is not int fallback ? eos : [fallback],
            First(Ids("pad_token_id"), null));

        int[] Ids(string field) => [.. files.SelectMany(file => file.TokenIds(field)).Where(id => id < vocabulary).Distinct()];
    }

    private static int? First(int[] ids, int? fallback) => ids.Length > 0 ? ids[0] : fallback;
}
