using System.Globalization;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using ModelPack.Formats.Onnx;
using ModelPack.Formats.Onnx.Protobuf;
using ModelPack.Packing.Verification;
using ModelPack.Quantization;

namespace ModelPack.Packing.OnnxModels.WeightOnly;

/// <summary>Looks rows of a quantized table up in ONNX Runtime, straight from the written data file, and compares them with the decision.</summary>
internal static class TableCheck
{
    private const int MostRows = 256;

    // Code times scale is exact but for one rounding; float16 rounds at 2^-11.
    private const double FloatTolerance = 1e-6;
    private const double HalfTolerance = 1e-3;

    /// <summary>Compares rows from the first to the last one and returns the largest relative error.</summary>
    /// <param name="folder">Folder of the written model.</param>
    /// <param name="place">Where the table was written.</param>
    /// <param name="matrix">The decision.</param>
    /// <param name="name">Name of the weight, for the message.</param>
    /// <param name="half">True when rows come out as float16.</param>
    /// <exception cref="ModelPackException">MPK2002: the runtime gives something else.</exception>
    public static double Run(string folder, MatrixPlace place, QuantizedMatrix matrix, string name, bool half)
    {
        int count = Math.Min(MostRows, matrix.Rows);
        long[] rows = [.. Enumerable.Range(0, count).Select(i => count == 1 ? 0 : (long)i * (matrix.Rows - 1) / (count - 1))];
        float[] actual = LookUp(folder, place, matrix, rows, half);
        double largest = 0;
        var expected = new float[matrix.Columns];
        for (int i = 0; i < rows.Length; i++)
        {
            Dequantize(matrix, (int)rows[i], expected);
            double error = LogitComparison.RelativeError(expected, actual.AsSpan(i * matrix.Columns, matrix.Columns));
            if (!(error <= (half ? HalfTolerance : FloatTolerance)))
            {
                throw new ModelPackException(
                    VerificationErrors.KernelDiffers, $"{name}: ONNX Runtime looks row {rows[i]} of the {matrix.Scheme.Bits}-bit table up with a relative error of {error:g3}; leave the table out with Override, and report it.");
            }

            largest = Math.Max(largest, error);
        }

        return largest;
    }

    private static void Dequantize(QuantizedMatrix matrix, int row, Span<float> values)
    {
        QuantizationScheme scheme = matrix.Scheme;
        int codes = scheme.CodeBytesPerRow(matrix.Columns), scales = scheme.ScaleBytesPerRow(matrix.Columns), zeros = scheme.ZeroPointBytesPerRow(matrix.Columns);
        Dequantization.DequantizeStored(
            scheme, matrix.Columns, matrix.Codes.AsSpan(row * codes, codes), matrix.ScaleBytes.Slice(row * scales, scales), matrix.ZeroPoints.AsSpan(row * zeros, zeros), values);
    }

    private static float[] LookUp(string folder, MatrixPlace place, QuantizedMatrix matrix, long[] rows, bool half)
    {
        QuantizationScheme scheme = matrix.Scheme;
        int columns = matrix.Columns;
        var graph = new OnnxGraphBuilder("table_check");
        graph.Input("rows", OnnxElementType.Int64, rows.Length);
        graph.Initializer(new ExternalTensor("codes", OnnxElementType.UInt8, [matrix.Rows, scheme.CodeBytesPerRow(columns)]));
        graph.Initializer(new ExternalTensor("scales_half", OnnxElementType.Float16, [matrix.Rows, scheme.GroupsPerRow(columns)]));
        string scales = half ? "scales_half" : graph.Node("Cast", ["scales_half"], "scales", ("to", (long)OnnxElementType.Float32));
        string[] zeroPoints = scheme.StoresZeroPoints ? [graph.Initializer(new ExternalTensor("zero_points", OnnxElementType.UInt8, [matrix.Rows, scheme.ZeroPointBytesPerRow(columns)]))] : [];
        string found = graph.Node(
            "com.microsoft.GatherBlockQuantized", ["codes", "rows", scales, .. zeroPoints], half ? "found" : "values", ("bits", scheme.Bits), ("block_size", scheme.GroupSize), ("gather_axis", 0), ("quantize_axis", 1));
        if (half)
        {
            graph.Node("Cast", [found], "values", ("to", (long)OnnxElementType.Float32));
        }

        graph.Output("values", OnnxElementType.Float32, rows.Length, columns);
        ModelProto model = graph.Build();
        Place(model, place);
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, IntraOpNumThreads = 1 };
        options.AddSessionConfigEntry("session.model_external_initializers_file_folder_path", folder);
        using var session = new InferenceSession(model.ToByteArray(), options);
        var values = new float[rows.Length * columns];
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(rows, [rows.Length]);
        using OrtValue output = OrtValue.CreateTensorValueFromMemory(values, [rows.Length, columns]);
        using var run = new RunOptions();
        session.Run(run, ["rows"], [input], ["values"], [output]);
        return values;
    }

    private static void Place(ModelProto model, MatrixPlace place)
    {
        foreach (TensorProto tensor in model.Graph.Initializer)
        {
            long offset = tensor.Name switch
            {
                "codes" => place.Codes,
                "scales_half" => place.Scales,
                _ => place.ZeroPoints,
            };
            long length = ((OnnxElementType)tensor.DataType).ByteLength(tensor.Dims.Aggregate(1L, (product, dim) => product * dim));
            tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = place.File });
            tensor.ExternalData.Add(new StringStringEntryProto { Key = "offset", Value = offset.ToString(CultureInfo.InvariantCulture) });
            tensor.ExternalData.Add(new StringStringEntryProto { Key = "length", Value = length.ToString(CultureInfo.InvariantCulture) });
        }
    }
}
