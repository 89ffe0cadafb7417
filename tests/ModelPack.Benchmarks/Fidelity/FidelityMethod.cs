namespace ModelPack.Benchmarks.Fidelity;

/// <summary>A way to choose codes.</summary>
/// <param name="Name">Name in the tables and on the command line.</param>
/// <param name="Method">The setting Method.</param>
/// <param name="IsCalibrated">True: it is given the calibration text.</param>
/// <param name="Parts">The setting GptqParts; null: the tool's default.</param>
internal sealed record FidelityMethod(string Name, string Method, bool IsCalibrated, string? Parts = null)
{
    /// <summary>What decides whether targets from the float stream are used, when nothing is said: the held-out rows.</summary>
    public const string Decided = "gptq";

    public static IReadOnlyList<FidelityMethod> All { get; } =
    [
        new("rtn", "rtn", false),
        new("rtn+importance", "rtn", true),
        new("hqq", "hqq", false),
        new("nf4", "nf4", false),
        new("awq", "awq", true),
        new("gptq plain", "gptq", true, "none"),
        new("gptq +order", "gptq", true, "order"),
        new("gptq +search", "gptq", true, "order,search"),
        new("gptq +targets", "gptq", true, "order,search,targets"),
        new("gptq +descent", "gptq", true, "order,search,targets,descent"),
        new("gptq +refit", "gptq", true, "order,search,targets,descent,refit"),
        new("gptq no targets", "gptq", true, "order,search,descent,refit"),
        new(Decided, "gptq", true),
        new("awq+gptq", "awq+gptq", true),
    ];

    /// <summary>True for what a user gets by naming a method; false where parts of it are switched by hand.</summary>
    public bool IsWhole => Parts is null;

    /// <summary>HQQ's zero points are real numbers, NF4 has none; solved bits need codes of several sizes.</summary>
    public bool Fits(FidelitySetting setting) => Method switch
    {
        "hqq" => !setting.Symmetric && setting.Bits < 8,
        "nf4" => setting.Symmetric && setting.Bits == 4 && setting.TargetBits is null,
        _ => true,
    };

    public IEnumerable<string> Arguments()
    {
        yield return "--method";
        yield return Method;
        if (Parts is not null)
        {
            yield return "--gptq-parts";
            yield return Parts;
        }
    }
}
