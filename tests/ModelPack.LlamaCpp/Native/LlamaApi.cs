using System.Runtime.InteropServices;

namespace ModelPack.LlamaCpp.Native;

/// <summary>The entry points of llama.cpp that are called, under their own names.</summary>
internal static unsafe partial class LlamaApi
{
    [LibraryImport(NativeLibraries.Llama)]
    public static partial void llama_backend_init();

    [LibraryImport(NativeLibraries.Llama)]
    public static partial void llama_log_set(delegate* unmanaged[Cdecl]<int, byte*, void*, void> callback, void* data);

    [LibraryImport(NativeLibraries.Llama)]
    public static partial LlamaModelParams llama_model_default_params();

    [LibraryImport(NativeLibraries.Llama)]
    public static partial LlamaContextParams llama_context_default_params();

    [LibraryImport(NativeLibraries.Llama)]
    public static partial LlamaQuantizeParams llama_model_quantize_default_params();

    [LibraryImport(NativeLibraries.Llama, StringMarshalling = StringMarshalling.Utf8)]
    public static partial uint llama_model_quantize(string source, string destination, LlamaQuantizeParams* parameters);

    [LibraryImport(NativeLibraries.Llama, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint llama_model_load_from_file(string path, LlamaModelParams parameters);

    [LibraryImport(NativeLibraries.Llama)]
    public static partial void llama_model_free(nint model);

    [LibraryImport(NativeLibraries.Llama)]
    public static partial int llama_model_desc(nint model, byte* buffer, nuint size);

    [LibraryImport(NativeLibraries.Llama)]
    public static partial ulong llama_model_size(nint model);

    [LibraryImport(NativeLibraries.Llama)]
    public static partial ulong llama_model_n_params(nint model);

    [LibraryImport(NativeLibraries.Llama)]
    public static partial int llama_model_n_ctx_train(nint model);

    [LibraryImport(NativeLibraries.Llama, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int llama_model_meta_val_str(nint model, string key, byte* buffer, nuint size);

    [LibraryImport(NativeLibraries.Llama)]
    public static partial byte* llama_model_chat_template(nint model, byte* name);

    [LibraryImport(NativeLibraries.Llama)]
    public static partial nint llama_model_get_vocab(nint model);

    [LibraryImport(NativeLibraries.Llama)]
    public static partial int llama_vocab_type(nint vocabulary);

    [LibraryImport(NativeLibraries.Llama)]
    public static partial int llama_vocab_n_tokens(nint vocabulary);

    [LibraryImport(NativeLibraries.Llama)]
    public static partial byte* llama_vocab_get_text(nint vocabulary, int token);

    [LibraryImport(NativeLibraries.Llama)]
    public static partial float llama_vocab_get_score(nint vocabulary, int token);

    [LibraryImport(NativeLibraries.Llama)]
    public static partial int llama_vocab_get_attr(nint vocabulary, int token);

    [LibraryImport(NativeLibraries.Llama)]
    public static partial byte llama_vocab_is_eog(nint vocabulary, int token);

    [LibraryImport(NativeLibraries.Llama)]
    public static partial int llama_vocab_bos(nint vocabulary);

    [LibraryImport(NativeLibraries.Llama)]
    public static partial int llama_vocab_eos(nint vocabulary);

    [LibraryImport(NativeLibraries.Llama)]
    public static partial byte llama_vocab_get_add_bos(nint vocabulary);

    [LibraryImport(NativeLibraries.Llama)]
    public static partial byte llama_vocab_get_add_eos(nint vocabulary);

    [LibraryImport(NativeLibraries.Llama)]
    public static partial int llama_tokenize(nint vocabulary, byte* text, int length, int* tokens, int most, byte addSpecial, byte parseSpecial);

    [LibraryImport(NativeLibraries.Llama)]
    public static partial int llama_detokenize(nint vocabulary, int* tokens, int count, byte* text, int most, byte removeSpecial, byte unparseSpecial);

    [LibraryImport(NativeLibraries.Llama)]
    public static partial nint llama_init_from_model(nint model, LlamaContextParams parameters);

    [LibraryImport(NativeLibraries.Llama)]
    public static partial void llama_free(nint context);

    [LibraryImport(NativeLibraries.Llama)]
    public static partial nint llama_get_memory(nint context);

    [LibraryImport(NativeLibraries.Llama)]
    public static partial void llama_memory_clear(nint memory, byte data);

    [LibraryImport(NativeLibraries.Llama)]
    public static partial int llama_decode(nint context, LlamaBatch batch);

    [LibraryImport(NativeLibraries.Llama)]
    public static partial float* llama_get_logits_ith(nint context, int index);
}
