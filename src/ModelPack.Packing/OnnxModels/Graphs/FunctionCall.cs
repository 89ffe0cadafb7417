using ModelPack.Formats.Onnx.Protobuf;

namespace ModelPack.Packing.OnnxModels.Graphs;

/// <summary>One call of a function of the model.</summary>
internal sealed class FunctionCall
{
    private readonly FunctionProto _function;
    private readonly NodeProto _call;
    private readonly FreshNames _names;
    private readonly string _prefix;
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    /// <summary>Pairs the function's inputs and outputs with those of the call.</summary>
    public FunctionCall(FunctionProto function, NodeProto call, FreshNames names)
    {
        _function = function;
        _call = call;
        _names = names;
        _prefix = (call.Name.Length > 0 ? call.Name : call.Output.FirstOrDefault(output => output.Length > 0) ?? function.Name) + "/";
        for (int i = 0; i < function.Input.Count; i++)
        {
            _values[function.Input[i]] = call.InputOrEmpty(i);
        }
    }

    /// <summary>The nodes that stand in for the call.</summary>
    public List<NodeProto> Expand()
    {
        var nodes = new List<NodeProto>();
        for (int i = 0; i < _function.Output.Count && i < _call.Output.Count; i++)
        {
            string inner = _function.Output[i], outer = _call.Output[i];
            if (outer.Length > 0 && !_values.TryAdd(inner, outer))
            {
                // The function passes an input on, or gives one value twice.
                nodes.Add(NodeAttributes.Make("Identity", string.Empty, [_values[inner]], outer));
            }
        }

        List<NodeProto> body = [.. _function.Node.Select(node => Copy(node, _values))];
        return [.. body, .. nodes];
    }

    private NodeProto Copy(NodeProto node, Dictionary<string, string> values)
    {
        NodeProto copy = node.Clone();
        for (int i = 0; i < copy.Input.Count; i++)
        {
            copy.Input[i] = Name(copy.Input[i], values);
        }

        for (int i = 0; i < copy.Output.Count; i++)
        {
            copy.Output[i] = Name(copy.Output[i], values);
        }

        copy.Name = node.Name.Length > 0 ? _names.Next(_prefix + node.Name) : string.Empty;
        for (int i = copy.Attribute.Count - 1; i >= 0; i--)
        {
            AttributeProto attribute = copy.Attribute[i];
            if (attribute.HasRefAttrName && attribute.RefAttrName.Length > 0)
            {
                if (Given(attribute.RefAttrName) is { } given)
                {
                    AttributeProto value = given.Clone();
                    value.Name = attribute.Name;
                    copy.Attribute[i] = value;
                }
                else
                {
                    copy.Attribute.RemoveAt(i);
                }

                continue;
            }

            foreach (GraphProto graph in attribute.G is null ? attribute.Graphs : attribute.Graphs.Prepend(attribute.G))
            {
                Rename(graph, values);
            }
        }

        return copy;
    }

    private void Rename(GraphProto graph, Dictionary<string, string> outer)
    {
        var values = new Dictionary<string, string>(outer, StringComparer.Ordinal);
        foreach (ValueInfoProto input in graph.Input)
        {
            values.Remove(input.Name);
            input.Name = Name(input.Name, values);
        }

        foreach (TensorProto tensor in graph.Initializer)
        {
            tensor.Name = Name(tensor.Name, values);
        }

        for (int i = 0; i < graph.Node.Count; i++)
        {
            graph.Node[i] = Copy(graph.Node[i], values);
        }

        foreach (ValueInfoProto output in graph.Output)
        {
            output.Name = Name(output.Name, values);
        }

        graph.ValueInfo.Clear();
    }

    private string Name(string inner, Dictionary<string, string> values)
    {
        if (inner.Length == 0)
        {
            return inner;
        }

        if (!values.TryGetValue(inner, out string? outer))
        {
            values[inner] = outer = _names.Next(_prefix + inner);
        }

        return outer;
    }

    private AttributeProto? Given(string name) =>
        _call.Attribute.FirstOrDefault(attribute => attribute.Name == name) ?? _function.AttributeProto.FirstOrDefault(attribute => attribute.Name == name);
}
