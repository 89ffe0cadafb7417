using System.Runtime.InteropServices;
using System.Text;
using ModelPack.LlamaCpp.Native;
using static ModelPack.LlamaCpp.Native.LlamaApi;

namespace ModelPack.LlamaCpp;

/// <summary>
/// A model that llama.cpp has loaded into this process. A malformed file or vocabulary can end the process: give files in doubt to
/// <see cref="LlamaProcess"/>. Dispose it after its contexts.
/// </summary>
public sealed unsafe class LlamaModel : IDisposable
{
    private LlamaModel(nint handle)
    {
        Handle = handle;
        Vocabulary = new LlamaVocabulary(llama_model_get_vocab(handle));
    }

    /// <summary>What llama.cpp calls the model.</summary>
    public string Description => Text((buffer, size) => llama_model_desc(Handle, (byte*)buffer, size)) ?? string.Empty;

    /// <summary>Bytes of all tensors.</summary>
    public long TensorBytes => (long)llama_model_size(Handle);

    /// <summary>Number of weights.</summary>
    public long Parameters => (long)llama_model_n_params(Handle);

    /// <summary>Tokens that the model was trained for.</summary>
    public int ContextLength => llama_model_n_ctx_train(Handle);

    /// <summary>The chat template, or null.</summary>
    public string? ChatTemplate => Marshal.PtrToStringUTF8((nint)llama_model_chat_template(Handle, null));

    /// <summary>The vocabulary and tokenizer.</summary>
    public LlamaVocabulary Vocabulary { get; }

    internal nint Handle { get; private set; }

    /// <summary>Loads a file; of split ones the first.</summary>
    /// <param name="path">The file.</param>
    /// <param name="vocabularyOnly">True loads no tensors.</param>
    /// <exception cref="LlamaCppException">llama.cpp refuses the file; the message is what it logged.</exception>
    public static LlamaModel Load(string path, bool vocabularyOnly = false)
    {
        NativeLibraries.Use();
        LlamaModelParams parameters = llama_model_default_params();
        parameters.GpuLayers = 0;
        parameters.VocabularyOnly = vocabularyOnly ? (byte)1 : (byte)0;
        parameters.CheckTensors = 1;
        LogBuffer.TakeProblems();
        nint handle = llama_model_load_from_file(path, parameters);
        return handle == 0 ? throw new LlamaCppException($"{path}: {LogBuffer.TakeProblems()}") : new LlamaModel(handle);
    }

    /// <summary>A metadata value as text, or null; arrays have none.</summary>
    public string? Metadata(string key) => Text((buffer, size) => llama_model_meta_val_str(Handle, key, (byte*)buffer, size));

    /// <summary>Makes a context to compute in.</summary>
    public LlamaContext CreateContext(LlamaContextOptions? options = null) => new(this, options ?? new LlamaContextOptions());

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Handle != 0)
        {
            llama_model_free(Handle);
            Handle = 0;
        }
    }

    private static string? Text(Func<nint, nuint, int> read)
    {
        // They return the length, or -1, and cut what does not fit.
        byte[] buffer = new byte[1 << 16];
        fixed (byte* start = buffer)
        {
            int length = read((nint)start, (nuint)buffer.Length);
            return length < 0 ? null : Encoding.UTF8.GetString(buffer, 0, Math.Min(length, buffer.Length - 1));
        }
    }
}
