namespace ModelPack.Runtime.Tokenization.Decoders;

/// <summary>A stage that looks at each token as a whole.</summary>
internal abstract class WholeTokenStage(DecodeStage next) : DecodeStage
{
    private readonly CharBuffer _token = new();

    /// <summary>Where results go.</summary>
    protected DecodeStage Following { get; } = next;

    public sealed override void Write(ReadOnlySpan<char> text) => _token.Append(text);

    public sealed override void EndToken()
    {
        Take(_token.Text);
        _token.Clear();
    }

    public override void Finish() => Following.Finish();

    public override void Reset()
    {
        _token.Clear();
        Following.Reset();
    }

    /// <summary>Takes a complete token.</summary>
    protected abstract void Take(ReadOnlySpan<char> token);

    protected void Pass(ReadOnlySpan<char> token)
    {
        Following.Write(token);
        Following.EndToken();
    }
}
