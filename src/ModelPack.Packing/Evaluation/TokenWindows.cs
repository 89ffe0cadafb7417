using ModelPack.Runtime.Tokenization;

namespace ModelPack.Packing.Evaluation;

/// <summary>A text as consecutive windows of token ids. Immutable, thread-safe.</summary>
public sealed class TokenWindows
{
    private readonly int[] _ids;

    private TokenWindows(int[] ids, int length, int count, int? bosTokenId)
    {
        _ids = ids;
        Length = length;
        Count = count;
        BosTokenId = bosTokenId;
    }

    /// <summary>Tokens of a window.</summary>
    public int Length { get; }

    /// <summary>Number of windows.</summary>
    public int Count { get; }

    /// <summary>BOS where the model uses one.</summary>
    public int? BosTokenId { get; }

    /// <summary>
    /// Tokenizes a text once, without special tokens, puts one BOS in front where the model uses one, and cuts it from its start; what is left over is dropped.
    /// </summary>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="text">The text.</param>
    /// <param name="bosTokenId">The model's BOS; used only when the tokenizer puts it in front by itself.</param>
    /// <param name="length">Tokens of a window, at least 4.</param>
    /// <param name="most">Largest number of windows; null: all.</param>
    /// <exception cref="ModelPackException">MPK2020: the text does not fill one window.</exception>
    public static TokenWindows Cut(Tokenizer tokenizer, string text, int? bosTokenId, int length, int? most = null)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(text);
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 4);
        int? bos = UsesBos(tokenizer, bosTokenId) ? bosTokenId : null;
        var ids = new List<int>();
        if (bos is { } id)
        {
            ids.Add(id);
        }

        tokenizer.Encode(text, ids, addSpecialTokens: false);
        int count = Math.Min(ids.Count / length, most ?? int.MaxValue);
        return count > 0
            ? new TokenWindows([.. ids], length, count, bos)
            : throw new ModelPackException(EvaluationErrors.TextTooShort, $"The evaluation text has {ids.Count} tokens and one window needs {length}; give a longer text or a smaller context.");
    }

    /// <summary>A window as its protocol wants it.</summary>
    public int[] Window(int index, EvaluationProtocol protocol)
    {
        int[] window = _ids[(index * Length)..((index + 1) * Length)];
        if (protocol == EvaluationProtocol.LlamaCpp && BosTokenId is { } bos)
        {
            window[0] = bos;
        }

        return window;
    }

    /// <summary>Every window, in order.</summary>
    public IReadOnlyList<int[]> All(EvaluationProtocol protocol) => [.. Enumerable.Range(0, Count).Select(index => Window(index, protocol))];

    private static bool UsesBos(Tokenizer tokenizer, int? bosTokenId) =>
        tokenizer.Encode("a") is [var first, ..] && first == bosTokenId;
}
