using System.Text.Json;
using System.Text.Json.Serialization;
using ModelPack.Packing.Manifests;

namespace ModelPack.Packing.Reports;

/// <summary>
/// Content of report.json, and of report.html, which shows it: what packing a model did to it. Holds no time, path, user or machine: the same
/// input gives the same bytes.
/// </summary>
internal sealed record ReportData
{
    /// <summary>Version of the file's layout.</summary>
    public int FormatVersion { get; init; } = 1;

    /// <summary>Name of the model.</summary>
    public required string Name { get; init; }

    /// <summary>Key of the packed model.</summary>
    public required string Key { get; init; }

    /// <summary>Version of ModelPack that made it.</summary>
    public required string Engine { get; init; }

    /// <summary>model_type of the source.</summary>
    public required string ModelType { get; init; }

    /// <summary>What deserves attention; may be empty.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Sizes before and after.</summary>
    public required ManifestSize Size { get; init; }

    /// <summary>How the model predicts the project's text; null when there is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ManifestEvaluation? Evaluation { get; init; }

    /// <summary>What activations were measured on; null when no method needed them.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ManifestCalibration? Calibration { get; init; }

    /// <summary>What was checked on the written files.</summary>
    public required ManifestVerification Verification { get; init; }

    /// <summary>How the outputs of an ONNX model compare with the unquantized model's; null for language models.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ManifestAgreement? Agreement { get; init; }

    /// <summary>What happened to the operators of an ONNX model; null for language models.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ManifestOperator>? Operators { get; init; }

    /// <summary>What else was changed in an ONNX model; null when nothing was.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Changes { get; init; }

    /// <summary>Text of both models; null for models that write none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ReportSample? Sample { get; init; }

    /// <summary>The weights by kind.</summary>
    public required IReadOnlyList<ReportKind> Kinds { get; init; }

    /// <summary>Every weight, in the order of the graph.</summary>
    public required IReadOnlyList<ReportWeight> Weights { get; init; }

    /// <summary>The settings that decided the bytes.</summary>
    public required IReadOnlyList<ReportSetting> Settings { get; init; }

    /// <summary>The source's files.</summary>
    public required IReadOnlyList<ManifestFile> SourceFiles { get; init; }

    /// <summary>Adapters; null when there are none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ManifestAdapter>? Adapters { get; init; }

    /// <summary>The packed files, but for the manifest and the report itself.</summary>
    public required IReadOnlyList<ManifestFile> Files { get; init; }

    /// <summary>The text of report.json.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ReportJson.Default.ReportData) + "\n";
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, NewLine = "\n")]
[JsonSerializable(typeof(ReportData))]
internal sealed partial class ReportJson : JsonSerializerContext;
