using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using ModelPack.Formats.OrtAdapters;

namespace ModelPack.Runtime.Sessions;

/// <summary>
/// An adapter in memory: values for optional inputs of a graph, each checked against its input. Any number of sequences read it at once; the
/// owner disposes it after them.
/// </summary>
internal sealed class LoadedAdapter : IDisposable
{
    // Vector loads of the products are aligned then.
    private const int Alignment = 64;

    private readonly NativeBlock _memory;
    private readonly List<(TensorSlot Slot, nint Value)> _values = [];

    private LoadedAdapter(string name, NativeBlock memory)
    {
        Name = name;
        _memory = memory;
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Reads a file.</summary>
    /// <param name="file">Full path.</param>
    /// <param name="modelFile">The graph's file, for messages.</param>
    /// <param name="inputs">The graph's optional inputs.</param>
    /// <exception cref="ModelPackException">MPK112x: the file; MPK4011: it is another model's; MPK4010: not enough memory.</exception>
    public static LoadedAdapter Load(string file, string modelFile, IReadOnlyDictionary<string, NodeMetadata> inputs)
    {
        using OrtAdapterFile adapter = OrtAdapterFile.Open(file);
        RequireFit(adapter.Parameters, inputs, file, modelFile);
        var loaded = new LoadedAdapter(Path.GetFileNameWithoutExtension(file), new NativeBlock(adapter.Parameters.Sum(parameter => Aligned(parameter.ByteLength))));
        try
        {
            long offset = 0;
            for (int i = 0; i < adapter.Parameters.Count; i++)
            {
                OrtAdapterParameter parameter = adapter.Parameters[i];
                adapter.Read(i, loaded._memory.AsSpan<byte>(offset, checked((int)parameter.ByteLength)));
                var slot = new TensorSlot(parameter.Name, (TensorElementType)(int)parameter.Type);
                loaded._values.Add((slot, OrtApi.CreateTensor(OrtMemoryInfo.DefaultInstance, loaded._memory.Address + (nint)offset, parameter.ByteLength, [.. parameter.Dims], slot.Type)));
                offset += Aligned(parameter.ByteLength);
            }

            return loaded;
        }
        catch
        {
            loaded.Dispose();
            throw;
        }
    }

    /// <summary>Binds the values to their inputs, for all steps of a binding.</summary>
    public void Bind(OrtIoBinding binding)
    {
        foreach ((TensorSlot slot, nint value) in _values)
        {
            OrtApi.BindInput(binding, slot.Utf8Name, value);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _values.ForEach(value => OrtApi.Release(value.Value));
        _values.Clear();
        _memory.Dispose();
    }

    private static long Aligned(long bytes) => (bytes + Alignment - 1) / Alignment * Alignment;

    private static void RequireFit(IReadOnlyList<OrtAdapterParameter> parameters, IReadOnlyDictionary<string, NodeMetadata> inputs, string file, string modelFile)
    {
        // Dimensions of one name, such as the rank that two factors share, must have one size.
        var sizes = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (OrtAdapterParameter parameter in parameters)
        {
            if (!inputs.TryGetValue(parameter.Name, out NodeMetadata? input))
            {
                throw Misfit(parameter, "which the model has no input for");
            }

            bool fits = (int)input.ElementDataType == (int)parameter.Type && input.Dimensions.Length == parameter.Dims.Count;
            for (int i = 0; fits && i < parameter.Dims.Count; i++)
            {
                string symbol = input.SymbolicDimensions[i];
                fits = input.Dimensions[i] < 0
                    ? symbol.Length == 0 || sizes.TryAdd(symbol, parameter.Dims[i]) || sizes[symbol] == parameter.Dims[i]
                    : input.Dimensions[i] == parameter.Dims[i];
            }

            if (!fits)
            {
                throw Misfit(parameter, $"[{string.Join(", ", parameter.Dims)}] of {parameter.Type}, where the model takes [{string.Join(", ", input.Dimensions)}] of {input.ElementDataType}");
            }
        }

        HashSet<string> given = [.. parameters.Select(parameter => parameter.Name)];
        if (inputs.FirstOrDefault(input => !given.Contains(input.Key) && input.Value.SymbolicDimensions.Any(sizes.ContainsKey)).Key is { } missing)
        {
            throw new ModelPackException(RuntimeErrors.AdapterMismatch, $"{file} lacks {missing}, which goes with others that it has; pack the model again.");
        }

        ModelPackException Misfit(OrtAdapterParameter parameter, string why) =>
            new(RuntimeErrors.AdapterMismatch, $"{file} has {parameter.Name}, {why} ({modelFile}); the adapter was packed for another model, pack both again.");
    }
}
