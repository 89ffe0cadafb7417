using ModelPack.Runtime.Chat.Templates.Values;

namespace ModelPack.Runtime.Chat.Templates.Library;

/// <summary>
/// The parameters of a built-in filter, test, method or function, written as <c>"width, first?, blank?"</c>: a question mark
/// means that it may be left out.
/// </summary>
internal sealed class Parameters
{
    private readonly string[] _names;
    private readonly int _required;

    public Parameters(string specification)
    {
        string[] parts = specification.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        _required = parts.Count(part => !part.EndsWith('?'));
        _names = [.. parts.Select(part => part.TrimEnd('?'))];
    }

    /// <summary>One value for each parameter, missing where it was left out; the receiver, if there is one, comes first.</summary>
    public Value[] Bind(string function, in Value receiver, in Arguments arguments)
    {
        int offset = receiver.IsMissing ? 0 : 1;
        var bound = new Value[offset + _names.Length];
        if (offset == 1)
        {
            bound[0] = receiver;
        }

        if (arguments.Positional.Length > _names.Length)
        {
            throw TemplateFault.Evaluation(
                $"{function}() takes {_names.Length} argument(s) but {arguments.Positional.Length} were given");
        }

        arguments.Positional.CopyTo(bound, offset);
        foreach (KeyValuePair<string, Value> pair in arguments.Named)
        {
            int index = Array.IndexOf(_names, pair.Key);
            if (index < 0 || !bound[offset + index].IsMissing)
            {
                throw TemplateFault.Evaluation(index < 0
                    ? $"{function}() got an unexpected keyword argument '{pair.Key}'"
                    : $"{function}() got multiple values for argument '{pair.Key}'");
            }

            bound[offset + index] = pair.Value;
        }

        for (int i = 0; i < _required; i++)
        {
            if (bound[offset + i].IsMissing)
            {
                throw TemplateFault.Evaluation($"{function}() is missing its argument '{_names[i]}'");
            }
        }

        return bound;
    }
}
