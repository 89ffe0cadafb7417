using ModelPack.Formats.Onnx.Protobuf;

namespace ModelPack.Formats.Onnx;

/// <summary>Finds all tensors of a model, however deep they lie. Pure and thread-safe.</summary>
public static class OnnxGraphs
{
    /// <summary>
    /// The tensors of the main graph, its subgraphs, the training graphs and the functions: initializers, those inside sparse
    /// initializers, and values of attributes.
    /// </summary>
    public static IEnumerable<TensorProto> AllTensors(ModelProto model)
    {
        ArgumentNullException.ThrowIfNull(model);
        IEnumerable<GraphProto?> graphs = [model.Graph, .. model.TrainingInfo.SelectMany(info => new[] { info.Initialization, info.Algorithm })];
        return graphs.SelectMany(InGraph).Concat(model.Functions.SelectMany(InFunction));
    }

    private static IEnumerable<TensorProto> InFunction(FunctionProto function) =>
        function.Node.SelectMany(node => node.Attribute).Concat(function.AttributeProto).SelectMany(InAttribute);

    private static IEnumerable<TensorProto> InGraph(GraphProto? graph) => graph is null
        ? []
        : graph.Initializer.Concat(graph.SparseInitializer.SelectMany(InSparse)).Concat(graph.Node.SelectMany(node => node.Attribute).SelectMany(InAttribute));

    private static IEnumerable<TensorProto> InAttribute(AttributeProto attribute)
    {
        IEnumerable<TensorProto> own = attribute.T is null ? attribute.Tensors : attribute.Tensors.Prepend(attribute.T);
        IEnumerable<SparseTensorProto> sparse = attribute.SparseTensor is null ? attribute.SparseTensors : attribute.SparseTensors.Prepend(attribute.SparseTensor);
        IEnumerable<GraphProto> graphs = attribute.G is null ? attribute.Graphs : attribute.Graphs.Prepend(attribute.G);
        return own.Concat(sparse.SelectMany(InSparse)).Concat(graphs.SelectMany(InGraph));
    }

    private static IEnumerable<TensorProto> InSparse(SparseTensorProto sparse) => new[] { sparse.Values, sparse.Indices }.OfType<TensorProto>();
}
