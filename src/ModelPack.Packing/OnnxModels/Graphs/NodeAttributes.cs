using System.Diagnostics.CodeAnalysis;
using ModelPack.Formats.Onnx;
using ModelPack.Formats.Onnx.Protobuf;

namespace ModelPack.Packing.OnnxModels.Graphs;

/// <summary>Attributes of a node by name, and nodes with attributes. Pure.</summary>
internal static class NodeAttributes
{
    /// <summary>True for an operator of a domain; the standard's own domain is empty.</summary>
    public static bool Is(this NodeProto node, string op, string domain = "") => node.OpType == op && OperatorDomain.Same(node.Domain, domain);

    /// <summary>An INT attribute.</summary>
    public static long Int(this NodeProto node, string name, long absent) => node.Find(name) is { } attribute ? attribute.I : absent;

    /// <summary>A FLOAT attribute.</summary>
    public static float Float(this NodeProto node, string name, float absent) => node.Find(name) is { } attribute ? attribute.F : absent;

    /// <summary>A STRING attribute.</summary>
    public static string Text(this NodeProto node, string name, string absent) => node.Find(name) is { } attribute ? attribute.S.ToStringUtf8() : absent;

    /// <summary>An INTS attribute; null where it is absent.</summary>
    public static long[]? Ints(this NodeProto node, string name) => node.Find(name) is { } attribute ? [.. attribute.Ints] : null;

    /// <summary>The name of an input; empty for one that is left out.</summary>
    public static string InputOrEmpty(this NodeProto node, int index) => index < node.Input.Count ? node.Input[index] : string.Empty;

    /// <summary>A new node with one output.</summary>
    /// <param name="op">Operator.</param>
    /// <param name="domain">Its domain; empty for the standard's own.</param>
    /// <param name="inputs">Value names; an empty one leaves an optional input out.</param>
    /// <param name="output">Name of the result; the node gets it too.</param>
    /// <param name="attributes">Names and values.</param>
    public static NodeProto Make(string op, string domain, ReadOnlySpan<string> inputs, string output, params ReadOnlySpan<(string Name, OnnxAttributeValue Value)> attributes) =>
        Make(op, domain, inputs, [output], attributes);

    /// <summary>A new node, named after its first output.</summary>
    /// <inheritdoc cref="Make(string, string, ReadOnlySpan{string}, string, ReadOnlySpan{ValueTuple{string, OnnxAttributeValue}})"/>
    public static NodeProto Make(string op, string domain, ReadOnlySpan<string> inputs, ReadOnlySpan<string> outputs, params ReadOnlySpan<(string Name, OnnxAttributeValue Value)> attributes)
    {
        var node = new NodeProto { OpType = op, Name = outputs[0] };
        if (domain.Length > 0)
        {
            node.Domain = domain;
        }

        node.Input.AddRange(inputs.ToArray());
        node.Output.AddRange(outputs.ToArray());
        foreach ((string name, OnnxAttributeValue value) in attributes)
        {
            node.Attribute.Add(value.ToProto(name));
        }

        return node;
    }

    /// <summary>An attribute with a value of its own; false for one that is absent or refers to a function's call.</summary>
    public static bool TryFind(this NodeProto node, string name, [NotNullWhen(true)] out AttributeProto? found) => (found = node.Find(name)) is not null;

    private static AttributeProto? Find(this NodeProto node, string name) => node.Attribute.FirstOrDefault(attribute => attribute.Name == name && !attribute.HasRefAttrName);
}
