using System.Text.Json;
using System.Text.Json.Serialization;

namespace ModelPack.Packing.Manifests;

/// <summary>
/// Content of modelpack.json: what was packed from what, with which settings, and what was measured.
/// Holds no time, path, user or machine: the same input gives the same bytes.
/// </summary>
public sealed record PackManifest
{
    /// <summary>Version of this file's layout.</summary>
    public int FormatVersion { get; init; } = 1;

    /// <summary>Name of the model.</summary>
    public required string Name { get; init; }

    /// <summary>SHA-256 over engine version, recipe and source bytes.</summary>
    public required string Key { get; init; }

    /// <summary>Version of ModelPack that made it.</summary>
    public required string Engine { get; init; }

    /// <summary>The container: onnx, gguf.</summary>
    public required string Format { get; init; }

    /// <summary>The recipe's canonical text.</summary>
    public required string Recipe { get; init; }

    /// <summary>The source and its files.</summary>
    public required ManifestSource Source { get; init; }

    /// <summary>Adapters; null when there are none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ManifestAdapter>? Adapters { get; init; }

    /// <summary>Sizes before and after.</summary>
    public required ManifestSize Size { get; init; }

    /// <summary>What activations were measured on; null when nothing needed them.</summary>
    public ManifestCalibration? Calibration { get; init; }

    /// <summary>What was checked on the written files.</summary>
    public required ManifestVerification Verification { get; init; }

    /// <summary>How the model predicts the project's evaluation text; null when there is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ManifestEvaluation? Evaluation { get; init; }

    /// <summary>How the outputs of an ONNX model compare with the unquantized model's; null for language models, and where they could not be compared.</summary>
    public ManifestAgreement? Agreement { get; init; }

    /// <summary>What happened to the operators of an ONNX model; null for language models.</summary>
    public IReadOnlyList<ManifestOperator>? Operators { get; init; }

    /// <summary>What else was changed in an ONNX model, in words; null when nothing was, and for language models.</summary>
    public IReadOnlyList<string>? Changes { get; init; }

    /// <summary>Every weight, in the order of the graph.</summary>
    public required IReadOnlyList<ManifestWeight> Weights { get; init; }

    /// <summary>Every other file of the folder.</summary>
    public required IReadOnlyList<ManifestFile> Files { get; init; }

    /// <summary>The text of modelpack.json.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ManifestJson.Default.PackManifest) + "\n";

    /// <summary>Reads modelpack.json.</summary>
    /// <exception cref="ModelPackException">MPK3050: not a manifest.</exception>
    public static PackManifest Parse(string json, string file)
    {
        try
        {
            return JsonSerializer.Deserialize(json, ManifestJson.Default.PackManifest) ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            throw new ModelPackException(ManifestErrors.Unreadable, $"{file} is not a manifest of ModelPack ({e.Message}); pack the model again.", e);
        }
    }
}
