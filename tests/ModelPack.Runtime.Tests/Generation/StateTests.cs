using ModelPack.Packing.Tests.Architectures;
using ModelPack.Runtime.Generation;
using ModelPack.Runtime.Sessions;
using ModelPack.Tests;

namespace ModelPack.Runtime.Tests.Generation;

/// <summary>A model whose layers keep a state in place of keys and values, which cannot be cut back to an earlier token.</summary>
public sealed class StateTests : IDisposable
{
    private const string Beginning = "Short convolutions see the last tokens only. ";
    private readonly TemporaryFolder _source = new();
    private readonly PackedSample _sample;

    public StateTests()
    {
        string golden = SharedFolder.Require("goldens/models/lfm2");
        foreach (string file in new[] { "config.json", "model.safetensors" })
        {
            File.Copy(Path.Combine(golden, file), _source.File(file));
        }

        CharacterTokenizer.Write(_source.Path);
        _sample = new PackedSample(_source.Path, [("Name", "lfm2"), .. PackedSample.Float]);
    }

    public void Dispose()
    {
        _sample.Dispose();
        _source.Dispose();
    }

    [SkippableTheory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(32)]
    public void A_prompt_in_chunks_gives_the_logits_of_the_whole(int chunk)
    {
        int[] ids = _sample.Model.Tokenizer.Encode(Beginning + Beginning);
        float[] whole = Last(ids, 512), chunked = Last(ids, chunk);

        for (int i = 0; i < whole.Length; i++)
        {
            Assert.Equal(whole[i], chunked[i], 2e-4);
        }
    }

    [SkippableFact]
    public void A_prompt_that_goes_on_is_taken_up_at_its_last_whole_chunk_and_one_that_branches_off_before_it_is_not()
    {
        string prompt = string.Concat(Enumerable.Repeat(Beginning, 7)), longer = prompt + "And so on.", other = prompt[..200] + "Another way.";
        using PackedModel fresh = PackedModel.Open(_sample.Folder, SmallModel.OneThread with { ReusePrompts = false });
        GeneratedPiece[] first = Pieces(_sample.Model, prompt);
        GeneratedPiece[] second = Pieces(_sample.Model, longer);
        GeneratedPiece[] third = Pieces(_sample.Model, other);
        GeneratedPiece[] fourth = Pieces(_sample.Model, prompt);

        Assert.Equal([0, 256, 0, 0], new[] { first, second, third, fourth }.Select(pieces => pieces[^1].Summary!.CachedPromptTokens));
        Assert.Equal(string.Concat(Pieces(fresh, prompt)), string.Concat(first));
        Assert.Equal(string.Concat(Pieces(fresh, longer)), string.Concat(second));
        Assert.Equal(string.Concat(Pieces(fresh, other)), string.Concat(third));
        Assert.Equal(string.Concat(first), string.Concat(fourth));
    }

    [SkippableFact]
    public void A_text_goes_on_the_same_when_its_caches_grow()
    {
        int[] ids = _sample.Model.Tokenizer.Encode(Beginning + Beginning);
        using DecoderSequence small = _sample.Model.Session.CreateSequence(1), large = _sample.Model.Session.CreateSequence(512);
        foreach (int id in ids)
        {
            small.Append(id);
            large.Append(id);
        }

        Assert.Equal(large.Logits().ToArray(), small.Logits().ToArray());
    }

    private float[] Last(int[] ids, int chunk)
    {
        DecoderSession session = _sample.Model.Session;
        int usual = session.PrefillChunk;
        session.PrefillChunk = chunk;
        try
        {
            using DecoderSequence sequence = session.CreateSequence(ids.Length);
            sequence.Append(ids, default);
            return sequence.Logits().ToArray();
        }
        finally
        {
            session.PrefillChunk = usual;
        }
    }

    private static GeneratedPiece[] Pieces(PackedModel model, string prompt) => [.. model.Generate(prompt, GenerationOptions.Greedy with { MaxTokens = 24, IgnoreEndOfText = true })];
}
