using System.Text;
using ModelPack.Runtime.Chat.Templates.Values;

namespace ModelPack.Runtime.Chat.Templates;

/// <summary>Everything that changes during one rendering.</summary>
internal sealed class RenderState(Meter meter, TimeProvider clock, Value[] externals, Scope root)
{
    private readonly Stack<StringBuilder> _spare = new();
    private StringBuilder _output = new();

    public Meter Meter { get; } = meter;

    public TimeProvider Clock { get; } = clock;

    /// <summary>Values of the names that no scope of the template sets, by their number in the template.</summary>
    public Value[] Externals { get; } = externals;

    /// <summary>The scope of the template's top level.</summary>
    public Scope Root { get; } = root;

    public Scope Scope { get; set; } = root;

    /// <summary>Line of the template that is being evaluated, for messages.</summary>
    public int Line { get; set; } = 1;

    /// <summary>The text that the filters of a set or filter block begin with.</summary>
    public Value Captured { get; set; }

    public string Output => _output.ToString();

    public Scope Open(Syntax.ScopeLayout layout, Scope outer)
    {
        Meter.Items(layout.Count);
        return new Scope(layout.Count, outer);
    }

    public void Write(string text)
    {
        Meter.Scan(text.Length);
        if ((long)_output.Length + text.Length > Meter.MaxTextLength)
        {
            throw TemplateFault.Limit($"the rendered text exceeds the limit of {Meter.MaxTextLength} characters");
        }

        _output.Append(text);
    }

    /// <summary>Sends what is written from now on to a text of its own; <see cref="EndCapture"/> takes the result back.</summary>
    public StringBuilder BeginCapture()
    {
        StringBuilder outer = _output;
        _output = _spare.TryPop(out StringBuilder? spare) ? spare : new StringBuilder();
        return outer;
    }

    public string EndCapture(StringBuilder outer)
    {
        Meter.Text(_output.Length);
        string text = _output.ToString();
        _output.Clear();
        _spare.Push(_output);
        _output = outer;
        return text;
    }
}
