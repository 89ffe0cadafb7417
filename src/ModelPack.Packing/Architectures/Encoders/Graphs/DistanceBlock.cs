namespace ModelPack.Packing.Architectures.Encoders.Graphs;

/// <summary>Matrices [sequence, sequence] of what belongs to the distance of two positions. One node each, shared by all layers.</summary>
internal static class DistanceBlock
{
    private const string Distances = "/distances";

    /// <summary>Query position minus key position, int64 [sequence, sequence].</summary>
    public static string Add(EncoderScope scope)
    {
        if (scope.Graph.Contains(Distances))
        {
            return Distances;
        }

        string length = scope.Node("Squeeze", [scope.Node("Shape", [EncoderGraph.InputIds], $"{Distances}/shape", ("start", 1), ("end", 2))], $"{Distances}/length");
        string range = scope.Node("Range", [scope.Scalar(0), length, scope.Scalar(1)], $"{Distances}/range");
        return scope.Node("Sub", [scope.Node("Unsqueeze", [range, scope.Vector(1)], $"{Distances}/queries"), range], Distances);
    }

    /// <summary>A number for each distance, int64 [sequence, sequence].</summary>
    /// <param name="scope">The graph.</param>
    /// <param name="name">Name of the result.</param>
    /// <param name="numberOf">The number of a distance.</param>
    public static string Numbers(EncoderScope scope, string name, Func<int, long> numberOf)
    {
        if (scope.Graph.Contains(name))
        {
            return name;
        }

        int longest = scope.Encoder.MaxTokens - 1;
        long[] numbers = [.. Enumerable.Range(-longest, (2 * longest) + 1).Select(numberOf)];
        string table = scope.Graph.Initializer<long>($"{name}/table", [numbers.Length], numbers);
        return scope.Node("Gather", [table, scope.Node("Add", [Add(scope), scope.Scalar(longest)], $"{name}/rows")], name, ("axis", 0));
    }

    /// <summary>What is added to scores so that positions see a window to both sides only, float [1, 1, sequence, sequence].</summary>
    public static string Window(EncoderScope scope, int side)
    {
        string name = $"/window/{side}";
        if (scope.Graph.Contains(name))
        {
            return name;
        }

        string far = scope.Node("Greater", [scope.Node("Abs", [Add(scope)], $"{name}/distance"), scope.Scalar(side)], $"{name}/far");
        string bias = scope.Node("Where", [far, scope.Number(EncoderGraph.Hidden), scope.Number(0)], $"{name}/bias");
        return scope.Node("Unsqueeze", [bias, scope.Vector(0, 1)], name);
    }
}
