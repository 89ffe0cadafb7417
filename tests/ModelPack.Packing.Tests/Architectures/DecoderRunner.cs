using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using ModelPack.Packing.Architectures;

namespace ModelPack.Packing.Tests.Architectures;

/// <summary>
/// Runs a decoder graph in ONNX Runtime. The KV cache is kept between passes: either grown by every pass, or, with a fixed
/// length, one buffer that is bound as past and as present.
/// </summary>
internal sealed class DecoderRunner : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _runOptions = new();
    private readonly int[] _layers;
    private readonly int[] _convolutions;
    private readonly DecoderArchitecture _architecture;
    private readonly int _sharedLength;
    private readonly bool _half;
    private Dictionary<string, OrtValue> _cache = [];

    public DecoderRunner(string model, DecoderArchitecture architecture, int sharedLength = 0)
    {
        using var options = new SessionOptions { IntraOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        _session = new InferenceSession(model, options);
        _architecture = architecture;
        _sharedLength = sharedLength;
        _layers = [.. Enumerable.Range(0, architecture.Layers).Where(layer => _session.InputNames.Contains(DecoderGraph.PastKey(layer)))];
        _convolutions = [.. Enumerable.Range(0, architecture.Layers).Where(layer => _session.InputNames.Contains(DecoderGraph.PastConvolution(layer)))];
        _half = _session.OutputMetadata.Values.First().ElementDataType == TensorElementType.Float16;
    }

    /// <summary>One pass over token ids [batch, length].</summary>
    /// <param name="ids">Tokens.</param>
    /// <param name="mask">Attention mask [batch, past + length]; null: all ones.</param>
    /// <param name="batch">Rows.</param>
    /// <param name="past">Tokens of earlier passes; 0 begins a new sequence.</param>
    /// <returns>Logits or hidden states, row by row.</returns>
    public float[] Run(long[] ids, long[]? mask = null, int batch = 1, int past = 0)
    {
        using OrtValue value = OrtValue.CreateTensorValueFromMemory(ids, [batch, ids.Length / batch]);
        return Run(DecoderGraph.InputIds, value, mask, batch, past, ids.Length / batch);
    }

    /// <summary>One pass over hidden states [batch, length, hidden].</summary>
    public float[] Run(float[] hidden, long[]? mask = null, int batch = 1, int past = 0)
    {
        int length = hidden.Length / batch / _architecture.HiddenSize;
        using OrtValue value = OrtValue.CreateTensorValueFromMemory(hidden, [batch, length, _architecture.HiddenSize]);
        return Run(DecoderGraph.HiddenInput, value, mask, batch, past, length);
    }

    /// <summary>Switches an adapter on for all passes, as ONNX Runtime does it.</summary>
    public void Activate(OrtLoraAdapter adapter) => _runOptions.AddActiveLoraAdapter(adapter);

    public void Dispose()
    {
        Forget();
        _runOptions.Dispose();
        _session.Dispose();
    }

    private float[] Run(string inputName, OrtValue input, long[]? mask, int batch, int past, int length)
    {
        if (past == 0)
        {
            Forget();
        }

        mask ??= [.. Enumerable.Repeat(1L, batch * (past + length))];
        using OrtValue maskValue = OrtValue.CreateTensorValueFromMemory(mask, [batch, past + length]);
        var inputs = new Dictionary<string, OrtValue> { [inputName] = input };
        if (_layers.Length + _convolutions.Length > 0)
        {
            inputs[DecoderGraph.AttentionMask] = maskValue;
        }

        return _sharedLength > 0 ? RunShared(inputs, batch) : RunGrowing(inputs, batch);
    }

    private float[] RunGrowing(Dictionary<string, OrtValue> inputs, int batch)
    {
        foreach (string name in CacheNames(DecoderGraph.PastKey, DecoderGraph.PastValue))
        {
            inputs[name] = _cache.TryGetValue(name, out OrtValue? past) ? past : (_cache[name] = Cache(batch, 0));
        }

        foreach (string name in StateNames(DecoderGraph.PastConvolution))
        {
            inputs[name] = _cache.TryGetValue(name, out OrtValue? past) ? past : (_cache[name] = State(batch));
        }

        string[] outputs = [_session.OutputNames[0], .. CacheNames(DecoderGraph.PresentKey, DecoderGraph.PresentValue), .. StateNames(DecoderGraph.PresentConvolution)];
        using IDisposableReadOnlyCollection<OrtValue> results = _session.Run(_runOptions, [.. inputs.Keys], [.. inputs.Values], outputs);
        float[] values = Floats(results[0]);
        Dictionary<string, OrtValue> next = [];
        foreach ((string name, int i) in CacheNames(DecoderGraph.PastKey, DecoderGraph.PastValue).Select((name, i) => (name, i + 1)))
        {
            long[] shape = results[i].GetTensorTypeAndShape().Shape;
            next[name] = Cache(batch, (int)shape[2]);
            results[i].GetTensorMutableRawData().CopyTo(next[name].GetTensorMutableRawData());
        }

        int first = 1 + (2 * _layers.Length);
        foreach ((string name, int i) in StateNames(DecoderGraph.PastConvolution).Select((name, i) => (name, first + i)))
        {
            next[name] = State(batch);
            results[i].GetTensorMutableRawData().CopyTo(next[name].GetTensorMutableRawData());
        }

        Forget();
        _cache = next;
        return values;
    }

    private float[] RunShared(Dictionary<string, OrtValue> inputs, int batch)
    {
        using OrtIoBinding binding = _session.CreateIoBinding();
        foreach ((string name, OrtValue value) in inputs)
        {
            binding.BindInput(name, value);
        }

        string[] pasts = [.. CacheNames(DecoderGraph.PastKey, DecoderGraph.PastValue)];
        string[] presents = [.. CacheNames(DecoderGraph.PresentKey, DecoderGraph.PresentValue)];
        for (int i = 0; i < pasts.Length; i++)
        {
            OrtValue buffer = _cache.TryGetValue(pasts[i], out OrtValue? past) ? past : (_cache[pasts[i]] = Cache(batch, _sharedLength));
            binding.BindInput(pasts[i], buffer);
            binding.BindOutput(presents[i], buffer);
        }

        Dictionary<string, OrtValue> states = [];
        foreach (int layer in _convolutions)
        {
            string name = DecoderGraph.PastConvolution(layer);
            binding.BindInput(name, _cache.TryGetValue(name, out OrtValue? past) ? past : (_cache[name] = State(batch)));
            binding.BindOutput(DecoderGraph.PresentConvolution(layer), states[name] = State(batch));
        }

        binding.BindOutputToDevice(_session.OutputNames[0], OrtMemoryInfo.DefaultInstance);
        _session.RunWithBinding(_runOptions, binding);
        foreach ((string name, OrtValue state) in states)
        {
            _cache[name].Dispose();
            _cache[name] = state;
        }

        using IDisposableReadOnlyCollection<OrtValue> results = binding.GetOutputValues();
        return Floats(results[^1]);
    }

    private IEnumerable<string> CacheNames(Func<int, string> key, Func<int, string> value) => _layers.SelectMany(layer => new[] { key(layer), value(layer) });

    private IEnumerable<string> StateNames(Func<int, string> name) => _convolutions.Select(name);

    private OrtValue State(int batch) => Zeros([batch, _architecture.HiddenSize, _architecture.ConvolutionState]);

    private OrtValue Cache(int batch, int length) => Zeros([batch, _architecture.KvHeads, length, _architecture.CacheHeadSize]);

    private OrtValue Zeros(long[] shape)
    {
        OrtValue value = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, _half ? TensorElementType.Float16 : TensorElementType.Float, shape);
        value.GetTensorMutableRawData().Clear();
        return value;
    }

    private float[] Floats(OrtValue value) =>
        _half ? [.. value.GetTensorDataAsSpan<Float16>().ToArray().Select(v => v.ToFloat())] : value.GetTensorDataAsSpan<float>().ToArray();

    private void Forget()
    {
        foreach (OrtValue value in _cache.Values)
        {
            value.Dispose();
        }

        _cache = [];
    }
}
