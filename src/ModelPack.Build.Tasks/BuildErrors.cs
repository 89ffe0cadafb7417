namespace ModelPack.Build;

/// <summary>Codes of what can go wrong in a build outside the tool; docs/errors.md explains each.</summary>
internal static class BuildErrors
{
    /// <summary>The tool ended without a result.</summary>
    public const string ToolFailed = "MPK3201";

    /// <summary>The tool's result file is missing or is not what this version of the tasks reads.</summary>
    public const string ResultUnreadable = "MPK3202";

    /// <summary>A model is not packed and <c>ModelPackQuantizeOnBuild</c> is false.</summary>
    public const string QuantizeOnBuildIsOff = "MPK3203";

    /// <summary>A model is not packed and this entry point does not build.</summary>
    public const string NotBuilt = "MPK3204";

    /// <summary>Two items have one name and different results.</summary>
    public const string NameUsedTwice = "MPK3205";

    /// <summary>The packed model differs from its plan.</summary>
    public const string ChangedWhilePacking = "MPK3206";

    /// <summary>A package with models is larger than package servers take.</summary>
    public const string PackageTooLarge = "MPK3207";

    /// <summary>This MSBuild does not know <c>CopyToOutputDirectory="IfDifferent"</c>.</summary>
    public const string MSBuildTooOld = "MPK3208";

    /// <summary>Address of the page that explains a code.</summary>
    public static string HelpLink(string code) =>
        "https://github.com/modelpack/modelpack/blob/main/docs/errors.md#" + code.ToLowerInvariant();
}
