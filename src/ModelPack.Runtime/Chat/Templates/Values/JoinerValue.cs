namespace ModelPack.Runtime.Chat.Templates.Values;

/// <summary>Jinja's <c>joiner(sep)</c>: gives nothing when called first and the separator ever after.</summary>
internal sealed class JoinerValue(Value separator) : TemplateObject
{
    private bool _used;

    public override string TypeName => "Joiner";

    public override bool IsTrue => true;

    public override bool IsCallable => true;

    public override Value Call(RenderState state, in Arguments arguments)
    {
        if (_used)
        {
            return separator;
        }

        _used = true;
        return Value.EmptyText;
    }
}
