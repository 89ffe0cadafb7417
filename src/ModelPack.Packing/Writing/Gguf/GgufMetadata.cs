using ModelPack.Formats.Gguf.Importance;
using ModelPack.Packing.Architectures;
using ModelPack.Packing.Planning;
using ModelPack.Packing.Planning.Gguf;
using ModelPack.Packing.Writing.Gguf.Vocabularies;

namespace ModelPack.Packing.Writing.Gguf;

/// <summary>All keys of a packed GGUF file.</summary>
internal static class GgufMetadata
{
    // The version of ggml's block layouts.
    private const int QuantizationVersion = 2;

    // What llama.cpp's own recipe comes nearest to is not said of a file whose types were chosen one by one.
    private const int GuessedFileType = 1024;

    /// <summary>The keys of a job.</summary>
    /// <exception cref="ModelPackException">MPK1701 to MPK1704: llama.cpp does not know the family, its tokenizer or its rope.</exception>
    public static MetadataList Of(PackJob job)
    {
        var metadata = new MetadataList();
        metadata.Add("general.architecture", TensorNames.FamilyOf(job.Source.Architecture).Architecture);
        metadata.Add("general.type", "model");
        metadata.Add("general.name", job.Plan.Name);
        ArchitectureMetadata.Add(metadata, job.Source.Architecture);
        DecoderArchitecture architecture = job.Source.Architecture;
        VocabularyMetadata.Add(
            metadata, job.Source.Folder, architecture.VocabularySize, new TokenIds(architecture.BosTokenId, architecture.EosTokenIds, architecture.PadTokenId), job.Request.Warning);
        metadata.Add("general.quantization_version", QuantizationVersion);
        metadata.Add("general.file_type", BitBudget.IsAsked(job.Request.Recipe) ? GuessedFileType : TensorTypePlanner.FileTypeOf(job.Request.Recipe, job.Source.Architecture).Id);
        AddImportance(metadata, job);
        return metadata;
    }

    // llama.cpp's quantizer says the same of its own files.
    private static void AddImportance(MetadataList metadata, PackJob job)
    {
        ImportanceMatrix? matrix = job.Matrix ?? (job is { Importance: { } importance, Calibration.Rows: { } rows } ? ImportanceExchange.Export(importance, rows, job.Source.Architecture) : null);
        if (matrix is not null)
        {
            metadata.Add("quantize.imatrix.file", job.Matrix is null ? GgufFolder.ImportanceName(job.Plan.Name) : Path.GetFileName(job.Request.Recipe.Calibration!));
            metadata.Add("quantize.imatrix.dataset", string.Join(", ", matrix.Datasets));
            metadata.Add("quantize.imatrix.entries_count", matrix.Entries.Count);
            metadata.Add("quantize.imatrix.chunks_count", matrix.ChunkCount);
        }
    }
}
