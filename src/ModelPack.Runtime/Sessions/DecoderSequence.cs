using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime.Tensors;
using Microsoft.ML.OnnxRuntime;
using ModelPack.Formats.Numerics;

namespace ModelPack.Runtime.Sessions;

/// <summary>
/// One text on its way through a decoder: its tokens, their keys and values, and the logits of the last step. A step of one
/// token allocates nothing. Not thread-safe; the owner disposes it, which gives the caches back.
/// </summary>
internal sealed class DecoderSequence : IDisposable
{
    private const int CapacityStep = 64;

    private readonly DecoderSession _session;
    private readonly DecoderSignature _signature;
    private readonly OrtIoBinding _binding;
    private readonly RunOptions _runOptions = new();
    private readonly KvCache _cache;
    private readonly LayerStates _states;
    private readonly IntegerInput _ids;
    private readonly IntegerInput? _mask;
    private readonly IntegerInput? _positions;
    private int[] _tokens;
    private NativeBlock _logits = new(0);
    private float[] _widened = [];
    private int _logitsRows;
    private bool _cacheBound;
    private volatile bool _aborted;
    private bool _disposed;

    /// <summary>Made by <see cref="DecoderSession.CreateSequence"/>, which counts it.</summary>
    internal DecoderSequence(DecoderSession session, int capacity, LoadedAdapter? adapter)
    {
        _session = session;
        Adapter = adapter;
        _signature = session.Signature;
        _ids = new IntegerInput(_signature.InputIds);
        _mask = _signature.AttentionMask is { } mask ? new IntegerInput(mask) : null;
        _positions = _signature.PositionIds is { } positions ? new IntegerInput(positions) : null;
        _binding = session.Native.CreateIoBinding();
        _cache = new KvCache(_signature.Caches, session.Device, session.Traits.SharesCaches, RoundUp(capacity));
        _states = new LayerStates(_signature.States, session.Device);
        _tokens = new int[_cache.Capacity];
        _runOptions.LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL;
        _ids.Reserve(1);
        _positions?.Reserve(1);
        ReserveMask();
        adapter?.Bind(_binding);
    }

    /// <summary>The adapter that all its tokens go through; null: none.</summary>
    public LoadedAdapter? Adapter { get; }

    /// <summary>Tokens whose keys and values are in the cache.</summary>
    public int Length { get; private set; }

    /// <summary>
    /// Leading tokens that went through in whole chunks of <see cref="DecoderSession.PrefillChunk"/>: evaluating them again
    /// would give the same bits.
    /// </summary>
    public int ReusableLength { get; private set; }

    /// <summary>The tokens so far.</summary>
    public ReadOnlySpan<int> Tokens => _tokens.AsSpan(0, Length);

    /// <summary>Rows of logits that the last step left: one a token of its last chunk, or one.</summary>
    public int LogitsRows => _logitsRows;

    /// <summary>Whether <see cref="Abort"/> was called.</summary>
    public bool IsAborted => _aborted;

    /// <summary>Makes a running or future step fail soon. Thread-safe, but not to be called after the disposal.</summary>
    public void Abort()
    {
        _aborted = true;
        _runOptions.Terminate = true;
    }

    /// <summary>Evaluates tokens that follow those so far, in chunks.</summary>
    /// <param name="ids">At least one; with those so far at most the context length.</param>
    /// <param name="cancellationToken">Looked at between chunks.</param>
    /// <param name="chunkDone">Told the first new token's index of each chunk, while its logits are there.</param>
    public void Append(ReadOnlySpan<int> ids, CancellationToken cancellationToken, Action<int>? chunkDone = null)
    {
        EnsureCapacity(Length + ids.Length, cancellationToken);
        int chunk = _session.PrefillChunk;
        while (ids.Length > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int count = Math.Min(ids.Length, chunk - (Length % chunk));
            int first = Length;
            Run(ids[..count]);
            chunkDone?.Invoke(first);
            ids = ids[count..];
        }
    }

    /// <summary>Evaluates the one token that follows.</summary>
    public void Append(int id)
    {
        if (Length == _cache.Capacity)
        {
            EnsureCapacity(Length + 1, CancellationToken.None);
        }

        Run(new ReadOnlySpan<int>(in id));
    }

    /// <summary>
    /// Forgets the tokens from an index on, when the graph extends its caches in place; otherwise all of them. Where layers keep states, fewer
    /// may be left: those of <see cref="ReusableLength"/>, or none.
    /// </summary>
    /// <returns>The tokens kept.</returns>
    public int Truncate(int length)
    {
        Length = _states.Truncate(Length, _cache.IsShared ? Math.Min(length, Length) : 0);
        ReusableLength = Math.Min(ReusableLength, Length);
        return Length;
    }

    /// <summary>
    /// Logits after the last token evaluated, or after another one of its chunk: one float a token id, in the memory that
    /// ONNX Runtime wrote (widened when the graph computes in half precision). The caller may change them; valid until the
    /// next step.
    /// </summary>
    /// <param name="row">Of <see cref="LogitsRows"/>; null: the last.</param>
    public Span<float> Logits(int? row = null)
    {
        int vocabulary = _signature.VocabularySize;
        long first = (long)(row ?? _logitsRows - 1) * vocabulary;
        if (_signature.Logits.Type == TensorElementType.Float)
        {
            return _logits.AsSpan<float>(first, vocabulary);
        }

        if (_widened.Length == 0)
        {
            _widened = new float[vocabulary];
        }

        var type = _signature.Logits.Type == TensorElementType.Float16 ? ElementType.Float16 : ElementType.BFloat16;
        Widening.ToFloat32(type, MemoryMarshal.AsBytes(_logits.AsSpan<ushort>(first, vocabulary)), _widened);
        return _widened;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            _binding.Dispose();
            _runOptions.Dispose();
            _cache.Dispose();
            _states.Dispose();
            _ids.Dispose();
            _mask?.Dispose();
            _positions?.Dispose();
            _logits.Dispose();
            _session.Release();
        }
    }

    private void Run(ReadOnlySpan<int> ids)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        int total = Length + ids.Length;
        BindInputs(ids);
        if (!_cache.IsShared || !_cacheBound)
        {
            _cache.Bind(_binding, Length, ids.Length);
            _cacheBound = true;
        }

        _states.Bind(_binding);
        BindLogits(_session.Traits.AllLogits ? ids.Length : 1);
        try
        {
            _session.Native.RunWithBinding(_runOptions, _binding);
        }
        catch (OnnxRuntimeException cause)
        {
            throw new ModelPackException(RuntimeErrors.RunFailed, $"{_session.ModelFile} failed at token {total}: {OrtMessages.FirstLine(cause)}", cause);
        }

        _cache.Advance();
        _states.Advance();
        ids.CopyTo(_tokens.AsSpan(Length));
        bool wholeChunk = ids.Length == _session.PrefillChunk && ReusableLength == Length;
        Length = total;
        if (wholeChunk)
        {
            ReusableLength = total;
            _states.Keep(total);
        }
    }

    private void BindInputs(ReadOnlySpan<int> ids)
    {
        _ids.Reserve(ids.Length);
        _positions?.Reserve(ids.Length);
        for (int i = 0; i < ids.Length; i++)
        {
            _ids.Set(i, ids[i]);
            _positions?.Set(i, Length + i);
        }

        _ids.Bind(_binding, ids.Length);
        _positions?.Bind(_binding, ids.Length);
        _mask?.Bind(_binding, Length + ids.Length);
    }

    private void BindLogits(int rows)
    {
        if (rows == _logitsRows)
        {
            return;
        }

        int vocabulary = _signature.VocabularySize;
        long byteLength = (long)rows * vocabulary * _signature.Logits.ElementSize;
        if (byteLength > _logits.ByteLength || rows == 1)
        {
            var memory = new NativeBlock(byteLength);
            _logits.Dispose();
            _logits = memory;
        }

        nint value = OrtApi.CreateTensor(OrtMemoryInfo.DefaultInstance, _logits.Address, byteLength, [1, rows, vocabulary], _signature.Logits.Type);
        OrtApi.BindOutput(_binding, _signature.Logits.Utf8Name, value);
        OrtApi.Release(value);
        _logitsRows = rows;
    }

    private void EnsureCapacity(int length, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, _session.ContextLength);
        if (length > _cache.Capacity)
        {
            _cacheBound = false;
            int capacity = Math.Min(Math.Max(RoundUp(length), RoundUp(_cache.Capacity * 2)), RoundUp(_session.ContextLength));
            bool kept = _cache.Grow(Length, capacity);
            Array.Resize(ref _tokens, capacity);
            ReserveMask();
            if (!kept && Length > 0)
            {
                int[] tokens = Tokens.ToArray();
                Length = _states.Truncate(Length, 0);
                ReusableLength = 0;
                Append(tokens, cancellationToken);
            }
        }
    }

    private void ReserveMask()
    {
        if (_mask is null || _mask.Capacity >= _cache.Capacity)
        {
            return;
        }

        _mask.Reserve(_cache.Capacity);
        for (int i = 0; i < _mask.Capacity; i++)
        {
            _mask.Set(i, 1);
        }
    }

    private int RoundUp(int tokens) =>
        (int)Math.Min(((long)Math.Max(tokens, 1) + CapacityStep - 1) / CapacityStep * CapacityStep, Math.Max(_session.ContextLength, 1));
}
