using ModelPack.Formats.Gguf;
using ModelPack.Packing.Writing.Gguf;
using ModelPack.Packing.Writing.Gguf.Vocabularies;
using ModelPack.Runtime.Tokenization;

namespace ModelPack.Packing.Tests.Writing.Gguf;

/// <summary>A GGUF file that holds a vocabulary and no tensor, in a temporary folder.</summary>
internal sealed class VocabularyFile : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("modelpack-").FullName;

    /// <param name="tokenizerFolder">Folder with tokenizer.json.</param>
    /// <param name="ids">Special tokens.</param>
    /// <param name="extraRows">Rows of the embedding table that no token has.</param>
    public VocabularyFile(string tokenizerFolder, TokenIds ids, int extraRows = 0)
    {
        int count = Tokenizer.Load(tokenizerFolder).VocabularySize + extraRows;
        var metadata = new MetadataList();
        metadata.Add("general.architecture", "llama");
        foreach (string size in new[] { "block_count", "context_length", "embedding_length", "feed_forward_length", "attention.head_count" })
        {
            metadata.Add("llama." + size, 32);
        }

        metadata.Add("llama.attention.layer_norm_rms_epsilon", 1e-5f);
        VocabularyMetadata.Add(metadata, tokenizerFolder, count, ids, (code, _) => Warnings.Add(code));
        using GgufWriter writer = GgufWriter.Create(Path, metadata.Pairs, []);
        writer.Complete();
    }

    public string Path => System.IO.Path.Combine(_folder, "vocabulary.gguf");

    public List<string> Warnings { get; } = [];

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
