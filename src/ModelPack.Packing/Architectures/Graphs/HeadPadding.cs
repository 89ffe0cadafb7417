namespace ModelPack.Packing.Architectures.Graphs;

/// <summary>Heads filled up with zeros to the size that the attention operator asks for: they add nothing to a score and come out as zeros.</summary>
internal sealed class HeadPadding(GraphScope scope)
{
    private readonly int _size = scope.Architecture.HeadSize;
    private readonly int _cacheSize = scope.Architecture.CacheHeadSize;

    /// <summary>True when heads have the size that the operator asks for.</summary>
    public bool IsNone => _cacheSize == _size;

    /// <summary>Adds the zeros.</summary>
    public string Widen(string x, int heads, string path)
    {
        if (IsNone)
        {
            return x;
        }

        string split = scope.Graph.Node("Reshape", [x, scope.Vector(0, 0, heads, _size)], $"{path}/narrow");
        string wide = scope.Graph.Node("Pad", [split, scope.Vector(0, _cacheSize - _size), string.Empty, scope.Vector(3)], $"{path}/wide");
        return scope.Graph.Node("Reshape", [wide, scope.Vector(0, 0, heads * _cacheSize)], $"{path}/widened");
    }

    /// <summary>Takes them away.</summary>
    public string Narrow(string x, int heads, string path)
    {
        if (IsNone)
        {
            return x;
        }

        string split = scope.Graph.Node("Reshape", [x, scope.Vector(0, 0, heads, _cacheSize)], $"{path}/wide");
        string narrow = scope.Graph.Node("Slice", [split, scope.Vector(0), scope.Vector(_size), scope.Vector(3)], $"{path}/narrow");
        return scope.Graph.Node("Reshape", [narrow, scope.Vector(0, 0, heads * _size)], $"{path}/narrowed");
    }
}
