using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using ModelPack.Formats.Onnx;
using ModelPack.Formats.Onnx.Protobuf;
using ModelPack.Packing.Architectures.Graphs;
using ModelPack.Quantization;

namespace ModelPack.Packing.Verification;

/// <summary>
/// Runs one quantized product in ONNX Runtime, straight from the written data file, and compares it with the same product
/// in double precision. Two inputs, one of them with a loud column, as activations have.
/// </summary>
internal static class KernelCheck
{
    private const int Inputs = 2;

    // Relative error by accuracy level, several times what was measured for every bits and group (docs of the tests).
    private const double FloatTolerance = 1e-4;
    private const double HalfTolerance = 5e-3;
    private const double Int8Tolerance = 5e-2;

    /// <summary>Compares and returns the largest relative error over the accuracy levels.</summary>
    /// <param name="folder">Folder of the written model.</param>
    /// <param name="place">Where the matrix was written.</param>
    /// <param name="matrix">The decision.</param>
    /// <param name="name">Name of the weight, for the message.</param>
    /// <param name="accuracyLevel">Level of the deployed graph; level 0 is checked as well.</param>
    /// <param name="half">True when the deployed activations are float16.</param>
    /// <param name="threads">Cores of the session.</param>
    /// <exception cref="ModelPackException">MPK2002: the runtime computes something else.</exception>
    public static double Run(string folder, MatrixPlace place, QuantizedMatrix matrix, string name, int accuracyLevel, bool half, int threads)
    {
        float[] input = Activations(matrix.Columns, half);
        double[] expected = Reference(matrix, input);
        double largest = 0;
        foreach (int level in accuracyLevel == 0 || matrix.Scheme.IsFloat ? [0] : new[] { 0, accuracyLevel })
        {
            float[] actual = Product(folder, place, matrix, input, level, half, threads);
            double error = RelativeError(expected, actual);
            double tolerance = Math.Max(level == 4 ? Int8Tolerance : FloatTolerance, half ? HalfTolerance : 0);
            if (!(error <= tolerance))
            {
                throw new ModelPackException(
                    VerificationErrors.KernelDiffers,
                    $"{name}: ONNX Runtime computes the {matrix.Scheme.Bits}-bit product ({matrix.Scheme.Grid}) in groups of {matrix.Scheme.GroupSize} with a relative error of {error:g3}, {tolerance:g3} is allowed at accuracy level {level}; choose other bits or another group size with Override, and report it.");
            }

            largest = Math.Max(largest, error);
        }

        return largest;
    }

    private static float[] Activations(int columns, bool half)
    {
        // A fixed linear congruential sequence: the check must be the same on every machine.
        var values = new float[Inputs * columns];
        uint state = 2463534242;
        for (int i = 0; i < values.Length; i++)
        {
            state = (state * 1664525) + 1013904223;
            float value = ((state >> 8) / (float)(1 << 24)) - 0.5f;
            values[i] = half ? (float)(Half)value : value;
        }

        values[columns + (columns / 2)] *= 16;
        return values;
    }

    private static double[] Reference(QuantizedMatrix matrix, float[] input)
    {
        int columns = matrix.Columns;
        var products = new double[Inputs * matrix.Rows];
        QuantizationScheme scheme = matrix.Scheme;
        int codeBytes = scheme.CodeBytesPerRow(columns);
        int scaleBytes = scheme.ScaleBytesPerRow(columns);
        int zeroBytes = scheme.ZeroPointBytesPerRow(columns);
        var row = new float[columns];
        for (int n = 0; n < matrix.Rows; n++)
        {
            Dequantization.DequantizeStored(
                scheme, columns, matrix.Codes.AsSpan(n * codeBytes, codeBytes), matrix.ScaleBytes.Slice(n * scaleBytes, scaleBytes), matrix.ZeroPoints.AsSpan(n * zeroBytes, zeroBytes), row);
            for (int m = 0; m < Inputs; m++)
            {
                double sum = 0;
                for (int k = 0; k < columns; k++)
                {
                    sum += (double)input[(m * columns) + k] * row[k];
                }

                products[(m * matrix.Rows) + n] = sum;
            }
        }

        return products;
    }

    private static float[] Product(string folder, MatrixPlace place, QuantizedMatrix matrix, float[] input, int level, bool half, int threads)
    {
        using var options = new SessionOptions
        {
            IntraOpNumThreads = threads,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        options.AddSessionConfigEntry("session.model_external_initializers_file_folder_path", folder);
        using var session = new InferenceSession(Graph(place, matrix, level, half).ToByteArray(), options);
        var result = new float[Inputs * matrix.Rows];
        using OrtValue a = OrtValue.CreateTensorValueFromMemory(input, [1, Inputs, matrix.Columns]);
        using OrtValue y = OrtValue.CreateTensorValueFromMemory(result, [1, Inputs, matrix.Rows]);
        using var run = new RunOptions();
        session.Run(run, ["a"], [a], ["y"], [y]);
        return result;
    }

    private static ModelProto Graph(MatrixPlace place, QuantizedMatrix matrix, int level, bool half)
    {
        QuantizationScheme scheme = matrix.Scheme;
        var graph = new OnnxGraphBuilder("kernel_check");
        OnnxElementType activation = half ? OnnxElementType.Float16 : OnnxElementType.Float32;
        graph.Input("a", OnnxElementType.Float32, 1, Inputs, matrix.Columns);
        string a = half ? graph.Node("Cast", ["a"], "a_half", ("to", (long)activation)) : "a";
        graph.Initializer(new ExternalTensor("codes", OnnxElementType.UInt8, QuantizedTensors.CodeDims(scheme, matrix.Rows, matrix.Columns)));
        string scales = Numbers("scales", QuantizedTensors.ScaleDims(scheme, matrix.Rows, matrix.Columns));
        string? zeroPoints = scheme.Grid switch
        {
            CodeGrid.ZeroPoints => graph.Initializer(new ExternalTensor("zero_points", OnnxElementType.UInt8, [matrix.Rows * (long)scheme.ZeroPointBytesPerRow(matrix.Columns)])),
            CodeGrid.Offsets or CodeGrid.Minimums => Numbers("zero_points", [matrix.Rows, scheme.GroupsPerRow(matrix.Columns)]),
            _ => null,
        };
        var operands = new QuantizedOperands(scheme, matrix.Rows, matrix.Columns, "codes", scales, zeroPoints, activation);
        string product = QuantizedProduct.Add(graph, operands, level, a, half ? "y_half" : "y");
        if (half)
        {
            graph.Node("Cast", [product], "y", ("to", (long)OnnxElementType.Float32));
        }

        graph.Output("y", OnnxElementType.Float32, 1, Inputs, matrix.Rows);
        ModelProto model = graph.Build();
        foreach (TensorProto tensor in model.Graph.Initializer.Where(tensor => tensor.DataLocation == TensorProto.Types.DataLocation.External))
        {
            (long offset, long length) = tensor.Name switch
            {
                "codes" => (place.Codes, (long)matrix.Codes.Length),
                "scales" => (place.Scales, matrix.ScaleBytes.Length),
                _ => (place.ZeroPoints, matrix.ZeroPoints.Length),
            };
            tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = place.File });
            tensor.ExternalData.Add(new StringStringEntryProto { Key = "offset", Value = offset.ToString() });
            tensor.ExternalData.Add(new StringStringEntryProto { Key = "length", Value = length.ToString() });
        }

        return model;

        string Numbers(string name, long[] dims)
        {
            OnnxElementType type = scheme.ScaleType.ToElementType();
            graph.Initializer(new ExternalTensor(name, type, dims));
            return type == activation ? name : graph.Node("Cast", [name], $"{name}_cast", ("to", (long)activation));
        }
    }

    private static double RelativeError(double[] expected, float[] actual)
    {
        double norm = 0;
        double error = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            double difference = expected[i] - actual[i];
            norm += expected[i] * expected[i];
            error += difference * difference;
        }

        return norm == 0 && error == 0 ? 0 : Math.Sqrt(error / norm);
    }
}
