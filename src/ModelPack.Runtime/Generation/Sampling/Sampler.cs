namespace ModelPack.Runtime.Generation.Sampling;

/// <summary>
/// Chooses the next token of one text: penalties, temperature, top-k, top-p, min-p and the draw, in the order of Hugging Face
/// transformers. Allocates nothing after its construction. Not thread-safe.
/// </summary>
internal sealed class Sampler
{
    private readonly SamplingSettings _settings;
    private readonly TokenHistory? _history;
    private readonly ulong[] _candidates;
    private readonly float[] _weights;
    private SeededRandom _random;

    /// <summary>A sampler for one text.</summary>
    /// <param name="settings">How tokens are chosen.</param>
    /// <param name="vocabularySize">Number of logits.</param>
    /// <param name="seed">The same seed, settings and logits give the same tokens.</param>
    public Sampler(SamplingSettings settings, int vocabularySize, ulong seed)
    {
        _settings = settings;
        _history = settings.HasPenalties ? new TokenHistory(vocabularySize) : null;
        int kept = settings.Temperature == 0 ? 0 : settings.TopK > 0 ? Math.Min(settings.TopK, vocabularySize) : vocabularySize;
        bool sorts = settings.TopK > 0 || settings.TopP < 1 || settings.MinP > 0;
        _candidates = sorts ? new ulong[kept] : [];
        _weights = new float[kept];
        _random = new SeededRandom(seed);
    }

    /// <summary>Tells the sampler the tokens of the prompt, for the repetition penalty.</summary>
    public void AddPrompt(ReadOnlySpan<int> ids) => _history?.AddPrompt(ids);

    /// <summary>Chooses the token that follows and remembers it.</summary>
    /// <param name="logits">One value a token id; changed in place by the penalties.</param>
    /// <returns>The token id, or -1 when the logits hold no finite largest value.</returns>
    public int Next(Span<float> logits)
    {
        if (_history is not null)
        {
            RepetitionPenalty.Apply(logits, _history.Distinct, _settings.RepetitionPenalty);
            OccurrencePenalty.Apply(logits, _history.Distinct, _history.GeneratedCounts, _settings.PresencePenalty, _settings.FrequencyPenalty);
        }

        int id = _settings.Temperature == 0 ? MostLikely(logits)
            : _settings.TopK > 0 ? DrawOfTopK(logits)
            : DrawOfAll(logits);
        if (id >= 0)
        {
            _history?.AddGenerated(id);
        }

        return id;
    }

    private static int MostLikely(ReadOnlySpan<float> logits)
    {
        int best = Greedy.IndexOfMax(logits);
        return float.IsFinite(logits[best]) ? best : -1;
    }

    private int DrawOfTopK(ReadOnlySpan<float> logits)
    {
        int count = TopK.Select(logits, _settings.TopK, _candidates);
        for (int i = 0; i < count; i++)
        {
            _weights[i] = Candidate.Value(_candidates[i]);
        }

        double total = Softmax.Weights(_weights.AsSpan(0, count), _weights[0], _settings.Temperature, _weights);
        return double.IsFinite(total) ? DrawOfSorted(count, total) : -1;
    }

    private int DrawOfAll(ReadOnlySpan<float> logits)
    {
        int best = MostLikely(logits);
        if (best < 0)
        {
            return -1;
        }

        double total = Softmax.Weights(logits, logits[best], _settings.Temperature, _weights);
        if (!double.IsFinite(total))
        {
            return -1;
        }

        if (_settings.TopP == 1 && _settings.MinP == 0)
        {
            return Categorical.Draw(_weights, total, _random.NextDouble());
        }

        int count = _settings.TopP < 1
            ? TopP.Gather(_weights, total, _settings.TopP, _candidates)
            : TopP.Above(_weights, _settings.MinP, _candidates, out _);
        _candidates.AsSpan(0, count).Sort();
        for (int i = 0; i < count; i++)
        {
            _weights[i] = Candidate.Value(_candidates[i]);
        }

        return DrawOfSorted(count, total);
    }

    private int DrawOfSorted(int count, double total)
    {
        if (_settings.TopP < 1)
        {
            count = TopP.Count(_weights.AsSpan(0, count), total, _settings.TopP);
        }

        count = MinP.Count(_weights.AsSpan(0, count), _settings.MinP);
        double kept = 0;
        for (int i = 0; i < count; i++)
        {
            kept += _weights[i];
        }

        return Candidate.Id(_candidates[Categorical.Draw(_weights.AsSpan(0, count), kept, _random.NextDouble())]);
    }
}
