using ModelPack.Packing.Architectures;
using ModelPack.Packing.Evaluation;
using ModelPack.Packing.Planning;
using ModelPack.Packing.Sources;
using ModelPack.Runtime.Tokenization;

namespace ModelPack.Packing.Reports;

/// <summary>
/// Continues a fixed prompt with the most likely tokens of the packed model and of its source. The source runs layer by layer on what the packed
/// model proposes: as far as its own first choices are the proposed ones it has written them too, and the first that differs replaces the proposal.
/// That gives its own text, in about as many passes over its weights as there are differences.
/// </summary>
internal static class GreedySample
{
    private const string Prompt = "Once upon a time there was";

    // Proposed at a time: what follows a difference is thrown away.
    private const int Proposal = 4;

    // A pass over a larger source takes seconds, which a build spends only where it measures the model anyway, and for fewer tokens; a pass over
    // the largest takes too long.
    private const long SmallSourceBytes = 64L << 20;
    private const long MostSourceBytes = 600_000_000;

    // A source of so many weights, 128 MB as floats, is opened whole.
    private const long MostWeightsInMemory = 32L << 20;
    private const int TokensOfSmall = 40;
    private const int TokensOfLarge = 16;

    /// <summary>Writes both texts, or says why not.</summary>
    /// <param name="job">The job.</param>
    /// <param name="folder">Folder with the tokenizer.</param>
    /// <param name="open">Opens the packed model.</param>
    /// <param name="cancellation">Checked between runs.</param>
    public static ReportSample Make(PackJob job, string folder, Func<SessionLogitSource> open, CancellationToken cancellation)
    {
        if (job.EvaluationTextHash is null && job.Plan.SourceBytes > SmallSourceBytes)
        {
            return ReportSample.None($"Not written: models of more than {ByteText.Of(SmallSourceBytes)} write samples only when they are packed with EvaluationText.");
        }

        if (job.Plan.SourceBytes > MostSourceBytes)
        {
            return ReportSample.None($"Not written: the unquantized model has {ByteText.Of(job.Plan.SourceBytes)} of weights, and samples are written up to {ByteText.Of(MostSourceBytes)}.");
        }

        ModelSource source = job.Source;
        Tokenizer tokenizer = Tokenizer.Load(folder);
        int[] prompt = tokenizer.Encode(Prompt);
        int length = Math.Min(prompt.Length + (job.Plan.SourceBytes > SmallSourceBytes ? TokensOfLarge : TokensOfSmall), source.Architecture.ContextLength);
        if (prompt.Length == 0 || prompt.Length >= length)
        {
            return ReportSample.None("Not written: the prompt does not fit into the model's context.");
        }

        using SessionLogitSource packed = open();
        int[] own = Continue(packed, prompt, length, source.Architecture.EosTokenIds, cancellation);
        int[] reference = ContinueSource(job, packed, prompt, length, cancellation);
        return new ReportSample(
            Prompt,
            Text(tokenizer, prompt, reference),
            Text(tokenizer, prompt, own),
            Math.Max(own.Length, reference.Length) - prompt.Length,
            own.AsSpan().CommonPrefixLength(reference) - prompt.Length);
    }

    private static int[] ContinueSource(PackJob job, SessionLogitSource packed, int[] prompt, int length, CancellationToken cancellation)
    {
        DecoderArchitecture architecture = job.Source.Architecture;
        using SessionLogitSource? whole = architecture.Weights.Sum(weight => weight.ElementCount) > MostWeightsInMemory ? null : SessionLogitSource.OpenSource(job.Source, job.Threads);
        int[] known = prompt;
        while (known.Length < length && (known.Length == prompt.Length || !architecture.EosTokenIds.Contains(known[^1])))
        {
            int[] proposed = Continue(packed, known, Math.Min(length, known.Length + Proposal), architecture.EosTokenIds, cancellation);
            var logits = new float[proposed.Length * architecture.VocabularySize];
            RunSource(job, whole, proposed, logits, cancellation);
            known = Agreed(proposed, known.Length, logits, architecture.VocabularySize);
        }

        return known;
    }

    /// <summary>A small source stays open for all passes; of a large one a layer at a time is in memory.</summary>
    private static void RunSource(PackJob job, SessionLogitSource? whole, int[] ids, float[] logits, CancellationToken cancellation)
    {
        if (whole is not null)
        {
            whole.Run(ids, logits);
            return;
        }

        using LayerwiseLogitSource source = LayerwiseLogitSource.OpenSource(job.Source, [ids], job.Threads, cancellation: cancellation);
        source.Run(ids, logits);
    }

    /// <summary>The proposal up to and with the first token that is another one by these logits.</summary>
    private static int[] Agreed(int[] proposed, int known, float[] logits, int vocabulary)
    {
        for (int i = known; i < proposed.Length; i++)
        {
            int top = PredictionDistance.Top(logits.AsSpan((i - 1) * vocabulary, vocabulary));
            if (top != proposed[i])
            {
                return [.. proposed[..i], top];
            }
        }

        return proposed;
    }

    private static int[] Continue(SessionLogitSource model, int[] ids, int length, IReadOnlyList<int> ends, CancellationToken cancellation)
    {
        var text = new List<int>(ids);
        var logits = new float[length * model.VocabularySize];
        while (text.Count < length && (text.Count == ids.Length || !ends.Contains(text[^1])))
        {
            cancellation.ThrowIfCancellationRequested();
            model.Run(text.ToArray(), logits.AsSpan(0, text.Count * model.VocabularySize));
            text.Add(PredictionDistance.Top(logits.AsSpan((text.Count - 1) * model.VocabularySize, model.VocabularySize)));
        }

        return [.. text];
    }

    private static string Text(Tokenizer tokenizer, int[] prompt, int[] all)
    {
        string before = tokenizer.Decode(prompt), text = tokenizer.Decode(all);
        return text.StartsWith(before, StringComparison.Ordinal) ? text[before.Length..] : tokenizer.Decode(all.AsSpan(prompt.Length));
    }
}
