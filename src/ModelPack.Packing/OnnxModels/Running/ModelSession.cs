using Microsoft.ML.OnnxRuntime;
using ModelPack.Packing.OnnxModels.Samples;

namespace ModelPack.Packing.OnnxModels.Running;

/// <summary>A model opened in ONNX Runtime on the processor, for measuring. Thread-safe; dispose it.</summary>
internal sealed class ModelSession : IDisposable
{
    private readonly InferenceSession _session;
    private readonly SessionOptions _options;
    private readonly string _file;

    private ModelSession(InferenceSession session, SessionOptions options, string file)
    {
        _session = session;
        _options = options;
        _file = file;
        OutputNames = _session.OutputNames;
    }

    /// <summary>The model's outputs in its order.</summary>
    public IReadOnlyList<string> OutputNames { get; }

    /// <summary>Opens a model.</summary>
    /// <param name="file">The .onnx file.</param>
    /// <param name="threads">Cores.</param>
    /// <param name="asDeployed">True: with everything that makes it fast. False: weights stay in their files, as far as they lie there, and the graph as it is written.</param>
    /// <exception cref="ModelPackException">MPK1460, MPK1461: ONNX Runtime refuses it.</exception>
    public static ModelSession Open(string file, int threads, bool asDeployed)
    {
        SessionOptions options = Options(threads, asDeployed);
        return Create(() => new InferenceSession(file, options), options, file);
    }

    /// <summary>Opens a changed model that is in memory, with values beside a file.</summary>
    /// <param name="model">The serialized model.</param>
    /// <param name="file">The file that it was made from; external values lie beside it.</param>
    /// <param name="threads">Cores.</param>
    /// <exception cref="ModelPackException">MPK1460, MPK1461: ONNX Runtime refuses it.</exception>
    public static ModelSession Open(byte[] model, string file, int threads)
    {
        SessionOptions options = Options(threads, asDeployed: false);
        options.AddSessionConfigEntry("session.model_external_initializers_file_folder_path", Path.GetDirectoryName(file)!);
        return Create(() => new InferenceSession(model, options), options, file);
    }

    /// <summary>Runs the model on one sample.</summary>
    /// <returns>Tensors by output name; what is no tensor is left out.</returns>
    /// <exception cref="ModelPackException">MPK1464: the model does not take the sample.</exception>
    public IReadOnlyDictionary<string, SampleTensor> Run(SampleInput sample) => Run(sample, OutputNames);

    /// <summary>Runs the model on one sample for some of its outputs.</summary>
    /// <inheritdoc cref="Run(SampleInput)"/>
    public IReadOnlyDictionary<string, SampleTensor> Run(SampleInput sample, IReadOnlyCollection<string> outputs)
    {
        var inputs = new List<OrtValue>();
        try
        {
            string[] names = [.. sample.Tensors.Keys];
            inputs.AddRange(names.Select(name => sample.Tensors[name].ToOrtValue()));
            using var run = new RunOptions();
            using IDisposableReadOnlyCollection<OrtValue> results = _session.Run(run, names, inputs, outputs);
            var tensors = new Dictionary<string, SampleTensor>(StringComparer.Ordinal);
            foreach ((string name, OrtValue value) in outputs.Zip(results))
            {
                if (SampleTensor.Of(value) is { } tensor)
                {
                    tensors.Add(name, tensor);
                }
            }

            return tensors;
        }
        catch (Exception e) when (e is OnnxRuntimeException or ArgumentOutOfRangeException or OverflowException or OutOfMemoryException)
        {
            // Beside what ONNX Runtime refuses: values of 2 GB and more do not fit into an array.
            throw new ModelPackException(OnnxModelErrors.CannotRun, $"{_file} does not run on the sample {sample.Name}: {RuntimeMessages.Short(e)}; give samples that the model takes.", e);
        }
        finally
        {
            inputs.ForEach(input => input.Dispose());
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _session.Dispose();
        _options.Dispose();
    }

    private static ModelSession Create(Func<InferenceSession> create, SessionOptions options, string file)
    {
        try
        {
            return new ModelSession(create(), options, file);
        }
        catch (OnnxRuntimeException e)
        {
            options.Dispose();
            throw RuntimeMessages.Refused(file, e);
        }
        catch
        {
            options.Dispose();
            throw;
        }
    }

    private static SessionOptions Options(int threads, bool asDeployed)
    {
        var options = new SessionOptions
        {
            IntraOpNumThreads = threads,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
            GraphOptimizationLevel = asDeployed ? GraphOptimizationLevel.ORT_ENABLE_ALL : GraphOptimizationLevel.ORT_DISABLE_ALL,
        };
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        if (!asDeployed)
        {
            // Packed copies of the weights would take as much memory again.
            options.AddSessionConfigEntry("session.disable_prepacking", "1");
        }

        return options;
    }
}
