using ModelPack.Packing.Architectures;
using ModelPack.Packing.Quantizing;
using ModelPack.Packing.Recipes;
using ModelPack.Packing.Sources;
using ModelPack.Packing.Verification;
using ModelPack.Packing.Writing;
using ModelPack.Quantization;

namespace ModelPack.Packing.Tests.Road;

/// <summary>Every check fails when the thing it is there for is wrong.</summary>
public sealed class VerificationTests
{
    [Theory]
    [InlineData(PartKind.Codes)]
    [InlineData(PartKind.Scales)]
    [InlineData(PartKind.ZeroPoints)]
    public void A_flipped_bit_on_disk_is_found(PartKind kind)
    {
        using var written = new WrittenModel();
        written.Writer.VerifyMatrix(written.Weight, written.Matrix);
        written.FlipBit(kind);

        ModelPackException error = Assert.Throws<ModelPackException>(() => written.Writer.VerifyMatrix(written.Weight, written.Matrix));

        Assert.Equal("MPK2001", error.Code);
        Assert.Contains(written.Weight.Name, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_kernel_that_computes_from_other_scales_is_found()
    {
        using var written = new WrittenModel();
        Assert.InRange(KernelCheck.Run(written.Folder, written.Place, written.Matrix, "w", 4, half: false, threads: 1), 1e-5, 0.05);
        written.FlipBit(PartKind.Scales);

        ModelPackException error = Assert.Throws<ModelPackException>(() => KernelCheck.Run(written.Folder, written.Place, written.Matrix, "w", 4, half: false, threads: 1));

        Assert.Equal("MPK2002", error.Code);
    }

    [Theory]
    [InlineData(QuantizationMethod.Hqq, 4, CodeGrid.Offsets, PartKind.Scales, 4)]
    [InlineData(QuantizationMethod.Hqq, 2, CodeGrid.Offsets, PartKind.ZeroPoints, 4)]
    [InlineData(QuantizationMethod.Nf4, 4, CodeGrid.NormalFloat4, PartKind.Scales, 0)]
    [InlineData(QuantizationMethod.Fp4, 4, CodeGrid.Float4, PartKind.Scales, 0)]
    public void A_kernel_of_any_grid_that_computes_from_other_numbers_is_found(QuantizationMethod method, int bits, CodeGrid grid, PartKind kind, int level)
    {
        // The input is 96 wide: groups of 64 end in padding.
        using var written = new WrittenModel(new QuantizationScheme(bits, 64, grid), method);
        Assert.InRange(KernelCheck.Run(written.Folder, written.Place, written.Matrix, "w", 4, half: false, threads: 1), 1e-9, level == 4 ? 0.05 : 1e-5);
        Assert.InRange(KernelCheck.Run(written.Folder, written.Place, written.Matrix, "w", 4, half: true, threads: 1), 1e-9, 0.05);
        written.FlipBit(kind);

        ModelPackException error = Assert.Throws<ModelPackException>(() => KernelCheck.Run(written.Folder, written.Place, written.Matrix, "w", 4, half: false, threads: 1));

        Assert.Equal("MPK2002", error.Code);
        Assert.Contains(grid.ToString(), error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(QuantizationMethod.Hqq, CodeGrid.Offsets)]
    [InlineData(QuantizationMethod.Nf4, CodeGrid.NormalFloat4)]
    public void Layers_of_any_grid_are_compared_with_their_stored_codes(QuantizationMethod method, CodeGrid grid)
    {
        using var written = new WrittenModel(new QuantizationScheme(4, 64, grid), method);
        Assert.InRange(written.Check().RelativeError, 1e-3, 0.7);
        written.Scale("model.layers.0.post_attention_layernorm.weight", 3);

        ModelPackException error = Assert.Throws<ModelPackException>(() => written.Check());

        Assert.Equal("MPK2002", error.Code);
    }

    [Fact]
    public void Two_matrices_exchanged_in_the_file_are_found()
    {
        using var written = new WrittenModel();
        written.Check();
        written.Exchange("model.layers.0.mlp.gate_proj.weight", "model.layers.1.mlp.gate_proj.weight");

        ModelPackException error = Assert.Throws<ModelPackException>(() => written.Check());

        Assert.Equal("MPK2003", error.Code);
    }

    [Fact]
    public void A_norm_that_differs_from_the_source_is_found()
    {
        using var written = new WrittenModel();
        written.Scale("model.layers.1.input_layernorm.weight", 3);

        ModelPackException error = Assert.Throws<ModelPackException>(() => written.Check());

        Assert.Equal("MPK2002", error.Code);
        Assert.Contains("layer 1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Logits_that_are_no_numbers_are_found()
    {
        LogitDifference difference = LogitComparison.Compare([1, 2, 3], [1, float.NaN, 3], 3);

        Assert.False(difference.RelativeError <= 1000);
    }

    [Fact]
    public void Equal_logits_have_no_difference_and_opposite_ones_disagree()
    {
        LogitDifference equal = LogitComparison.Compare([1, 2, 3, 0], [1, 2, 3, 0], 2);
        LogitDifference opposite = LogitComparison.Compare([0, 1], [1, 0], 2);

        Assert.Equal((2, 0.0, 1.0), (equal.Positions, equal.RelativeError, equal.TopAgreement));
        Assert.Equal(0, equal.KlDivergence, 12);
        Assert.Equal(0, opposite.TopAgreement);
        // KL of softmax(0, 1) from softmax(1, 0) is the difference of the two probabilities: tanh(1/2).
        Assert.Equal(Math.Tanh(0.5), opposite.KlDivergence, 12);
    }

    private sealed class WrittenModel : IDisposable
    {
        private readonly TinyCheckpoint _checkpoint = new();
        private readonly HuggingFaceSource _source;
        private readonly GraphLayout _layout;
        private readonly DataFile _data;
        private readonly QuantizationScheme _scheme;

        public WrittenModel()
            : this(Plain, QuantizationMethod.RoundToNearest)
        {
        }

        /// <summary>Linear layers by <paramref name="method"/>, the table by plain round-to-nearest.</summary>
        public WrittenModel(QuantizationScheme scheme, QuantizationMethod method)
        {
            _scheme = scheme;
            _source = HuggingFaceSource.Open(_checkpoint.Folder);
            Folder = Directory.CreateTempSubdirectory("modelpack-written-").FullName;
            DecoderGraphModel graph = DecoderGraph.Build(_source.Architecture, new DecoderGraphOptions(), StorageOf);
            _layout = GraphLayout.Assign(graph, "model.onnx.data");
            Formats.Onnx.OnnxFile.Write(Path.Combine(Folder, "model.onnx"), graph.Model);
            _data = DataFile.Create(Path.Combine(Folder, "model.onnx.data"), _layout.Length);
            Writer = new WeightWriter(_data, _layout, _source.Rows);
            Writer.WriteConstants();
            Weight = _source.Architecture.Weights.First(weight => weight.Role == WeightRole.Down);
            Matrix = null!;
            Place = null!;
            foreach (DecoderWeight weight in _source.Architecture.Weights)
            {
                if (weight.IsMatrix)
                {
                    QuantizedMatrix matrix = MatrixQuantizer.Quantize(
                        _source.Rows(weight),
                        SchemeOf(weight),
                        weight.Layer is null ? QuantizationMethod.RoundToNearest : method,
                        ReadOnlyMemory<float>.Empty,
                        new ParallelOptions()).Matrix;
                    MatrixPlace place = Writer.WriteMatrix(weight, matrix);
                    (Matrix, Place) = weight == Weight ? (matrix, place) : (Matrix, Place);
                }
                else
                {
                    Writer.WriteValues(weight, CancellationToken.None);
                }
            }
        }

        public string Folder { get; }

        public WeightWriter Writer { get; }

        public DecoderWeight Weight { get; }

        public QuantizedMatrix Matrix { get; }

        public MatrixPlace Place { get; }

        private static QuantizationScheme Plain { get; } = new(8, 32, symmetric: false);

        public LogitDifference Check()
        {
            var check = new LogitCheck(_source.Architecture, _source.Rows, _source.Rows, StorageOf, new DecoderGraphOptions(), Folder, _layout, _data, threads: 2);
            return check.Run([5, 17, 100, 7, 900, 31], Path.Combine(Folder, "model.onnx"), _ => { }, CancellationToken.None);
        }

        public void FlipBit(PartKind kind)
        {
            long offset = _layout.PlacesOf(Weight).First(place => place.Kind == kind).Offset + 1;
            var one = new byte[1];
            _data.Read(offset, one);
            one[0] ^= 0x40;
            _data.Write(offset, one);
        }

        public void Scale(string norm, float factor)
        {
            DecoderWeight weight = _source.Architecture.Weights.First(weight => weight.Name == norm);
            long offset = _layout.PlacesOf(weight)[0].Offset;
            var bytes = new byte[weight.ElementCount * sizeof(float)];
            _data.Read(offset, bytes);
            Span<float> values = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(bytes.AsSpan());
            for (int i = 0; i < values.Length; i++)
            {
                values[i] *= factor;
            }

            _data.Write(offset, bytes);
        }

        public void Exchange(string first, string second)
        {
            DecoderWeight[] weights = [.. new[] { first, second }.Select(name => _source.Architecture.Weights.First(weight => weight.Name == name))];
            foreach (PartKind kind in new[] { PartKind.Codes, PartKind.Scales, PartKind.ZeroPoints })
            {
                int length = kind switch
                {
                    PartKind.Codes => weights[0].Rows * _scheme.CodeBytesPerRow(weights[0].Columns),
                    PartKind.Scales => weights[0].Rows * _scheme.GroupsPerRow(weights[0].Columns) * 2,
                    _ => weights[0].Rows * _scheme.ZeroPointBytesPerRow(weights[0].Columns),
                };
                long[] offsets = [.. weights.Select(weight => _layout.PlacesOf(weight).First(place => place.Kind == kind).Offset)];
                byte[][] bytes = [new byte[length], new byte[length]];
                _data.Read(offsets[0], bytes[0]);
                _data.Read(offsets[1], bytes[1]);
                _data.Write(offsets[0], bytes[1]);
                _data.Write(offsets[1], bytes[0]);
            }
        }

        public void Dispose()
        {
            _data.Dispose();
            _source.Dispose();
            _checkpoint.Dispose();
            Directory.Delete(Folder, recursive: true);
        }

        private QuantizationScheme SchemeOf(DecoderWeight weight) => weight.Layer is null ? Plain : _scheme;

        private WeightStorage StorageOf(DecoderWeight weight) => weight.IsMatrix ? new WeightStorage.Quantized(SchemeOf(weight)) : WeightStorage.Lossless(weight.SourceType);
    }
}
