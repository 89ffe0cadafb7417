using System.Buffers;
using System.Collections.Concurrent;
using System.Numerics;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using ModelPack.Formats.Onnx;
using ModelPack.Packing.Stages;
using ModelPack.Quantization.LinearAlgebra;

namespace ModelPack.Packing.Calibration;

/// <summary>
/// Large products in ONNX Runtime: a graph of one Gemm for each way to transpose, operands and result in memory of the
/// processor, which the runtime copies to the device and back. Products that this does not pay for, and all sums of old and
/// new, stay with our own kernels. Thread-safe; dispose it when no product runs.
/// </summary>
/// <param name="provider">Where the sessions run.</param>
/// <param name="pays">Whether a product [rows, inner] x [inner, columns] is worth the way.</param>
internal sealed class RuntimeProducts(ProductProvider provider, Func<long, long, long, bool> pays) : IMatrixProducts, IDisposable
{
    private readonly ConcurrentDictionary<(bool, bool), Lazy<InferenceSession>> _sessions = new();
    private readonly RunOptions _run = new();

    /// <inheritdoc/>
    public void Add(MatrixView a, bool transposeA, MatrixView b, bool transposeB, float alpha, MatrixView c, int threads)
    {
        int inner = transposeA ? a.Rows : a.Columns;
        if (!pays(c.Rows, inner, c.Columns))
        {
            MatrixProduct.Add(a, transposeA, b, transposeB, alpha, c, threads);
            return;
        }

        float[] product = Product(a, transposeA, b, transposeB, c.Rows, c.Columns);
        AddRows(product, alpha, c, upper: false);
        ArrayPool<float>.Shared.Return(product);
    }

    /// <inheritdoc/>
    public void AddGram(MatrixView x, float alpha, MatrixView h, int threads)
    {
        if (!pays(h.Rows, x.Rows, h.Columns))
        {
            GramMatrix.Add(x, alpha, h, threads);
            return;
        }

        float[] product = Product(x, true, x, false, h.Rows, h.Columns);
        AddRows(product, alpha, h, upper: true);
        ArrayPool<float>.Shared.Return(product);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Lazy<InferenceSession> session in _sessions.Values)
        {
            session.Value.Dispose();
        }

        _run.Dispose();
    }

    private float[] Product(MatrixView a, bool transposeA, MatrixView b, bool transposeB, int rows, int columns)
    {
        InferenceSession session = _sessions.GetOrAdd((transposeA, transposeB), _ => new Lazy<InferenceSession>(() => Open(transposeA, transposeB))).Value;
        float[] product = ArrayPool<float>.Shared.Rent(checked(rows * columns));
        using var left = new Operand(a);
        using var right = new Operand(b);
        using OrtValue result = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, product.AsMemory(0, rows * columns), [rows, columns]);
        session.Run(_run, ["a", "b"], [left.Value, right.Value], ["c"], [result]);
        return product;
    }

    private InferenceSession Open(bool transposeA, bool transposeB)
    {
        var graph = new OnnxGraphBuilder("product");
        graph.Input("a", OnnxElementType.Float32, "a_rows", "a_columns");
        graph.Input("b", OnnxElementType.Float32, "b_rows", "b_columns");
        graph.Node("Gemm", ["a", "b"], "c", ("transA", transposeA ? 1 : 0), ("transB", transposeB ? 1 : 0));
        graph.Output("c", OnnxElementType.Float32, "rows", "columns");
        using SessionOptions options = StageSession.Options(Path.GetTempPath(), provider.Threads);
        provider.Append(options);
        return new InferenceSession(graph.Build().ToByteArray(), options);
    }

    private static void AddRows(float[] product, float alpha, MatrixView target, bool upper)
    {
        var factor = new Vector<float>(alpha);
        for (int row = 0; row < target.Rows; row++)
        {
            int first = upper ? row : 0;
            ReadOnlySpan<float> source = product.AsSpan((row * target.Columns) + first, target.Columns - first);
            Span<float> sum = target.Values.AsSpan(target.Offset + (row * target.Stride) + first, target.Columns - first);
            int i = 0;
            for (; i <= sum.Length - Vector<float>.Count; i += Vector<float>.Count)
            {
                Vector.FusedMultiplyAdd(factor, new Vector<float>(source[i..]), new Vector<float>(sum[i..])).CopyTo(sum[i..]);
            }

            for (; i < sum.Length; i++)
            {
                sum[i] = MathF.FusedMultiplyAdd(alpha, source[i], sum[i]);
            }
        }
    }

    /// <summary>A view as a tensor: the array itself where its rows follow one another, else a copy.</summary>
    private sealed class Operand : IDisposable
    {
        private readonly float[]? _copy;

        public Operand(MatrixView view)
        {
            int length = checked(view.Rows * view.Columns);
            Memory<float> memory;
            if (view.Stride == view.Columns)
            {
                memory = view.Values.AsMemory(view.Offset, length);
            }
            else
            {
                _copy = ArrayPool<float>.Shared.Rent(length);
                for (int row = 0; row < view.Rows; row++)
                {
                    view.Values.AsSpan(view.Offset + (row * view.Stride), view.Columns).CopyTo(_copy.AsSpan(row * view.Columns));
                }

                memory = _copy.AsMemory(0, length);
            }

            Value = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, memory, [view.Rows, view.Columns]);
        }

        public OrtValue Value { get; }

        public void Dispose()
        {
            Value.Dispose();
            if (_copy is not null)
            {
                ArrayPool<float>.Shared.Return(_copy);
            }
        }
    }
}
