using ModelPack.Packing.Architectures.Weights;

namespace ModelPack.Packing.Architectures.Graphs;

/// <summary>
/// The sum that every block reads and adds to. An addition waits for the norm that follows it, so that both become one
/// operator.
/// </summary>
internal sealed class ResidualStream(GraphScope scope, string value)
{
    private string _sum = value;
    private string? _branch;

    /// <summary>Adds a block's result to the stream.</summary>
    public void Add(string branch)
    {
        _sum = Value($"{branch}/residual");
        _branch = branch;
    }

    /// <summary>The norm of the stream.</summary>
    /// <param name="norm">The norm; null: the stream itself.</param>
    /// <param name="output">Name of the result.</param>
    /// <param name="isLast">True when nothing is added to the stream afterwards.</param>
    public string Norm(Norm? norm, string output, bool isLast = false)
    {
        if (norm is null)
        {
            return Value($"{output}/sum");
        }

        if (_branch is null)
        {
            return NormBlock.Add(scope, norm, _sum, output);
        }

        string sum = isLast ? string.Empty : $"{output}/sum";
        NormBlock.AddWithSkip(scope, norm, _sum, _branch, output, sum);
        (_sum, _branch) = (sum, null);
        return output;
    }

    /// <summary>Replaces the stream by its norm.</summary>
    public void Renorm(Norm norm, string output)
    {
        string normed = Norm(norm, output, isLast: true);
        (_sum, _branch) = (normed, null);
    }

    /// <summary>The stream itself; <paramref name="name"/> is used when a waiting addition has to be carried out.</summary>
    public string Value(string name)
    {
        if (_branch is not null)
        {
            (_sum, _branch) = (scope.Graph.Node("Add", [_sum, _branch], name), null);
        }

        return _sum;
    }
}
