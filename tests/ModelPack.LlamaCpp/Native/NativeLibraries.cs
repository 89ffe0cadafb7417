using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ModelPack.LlamaCpp.Native;

/// <summary>Loads the libraries once a process, with the variant of the CPU backend that fits this processor best.</summary>
internal static class NativeLibraries
{
    public const string Llama = "llama";
    public const string Ggml = "ggml";
    public const string GgmlBase = "ggml-base";
    public const string Common = "llama-common";

    private static readonly Lazy<string> Folder = new(Load);

    /// <summary>File of a library in the package; the release is part of some names.</summary>
    public static string File(string library) => library is GgmlBase or Common ? $"lib{library}.so" : $"lib{library}.v0.5.0.so";

    /// <summary>Loads what is not loaded yet.</summary>
    /// <exception cref="LlamaCppException">The libraries are absent.</exception>
    public static void Use() => _ = Folder.Value;

    private static string Load()
    {
        string folder = LlamaCppFolder.Find() ?? throw new LlamaCppException(LlamaCppFolder.Missing);
        NativeLibrary.SetDllImportResolver(Assembly.GetExecutingAssembly(), (name, _, _) =>
            name is Llama or Ggml or GgmlBase or Common ? NativeLibrary.Load(Path.Combine(folder, File(name))) : 0);
        LogBuffer.Install();
        GgmlApi.ggml_backend_load_all_from_path(folder);
        LlamaApi.llama_backend_init();

        // Half-precision tables; it also checks that calls arrive.
        Check(LlamaApi.llama_model_default_params(), 0x50);
        return folder;
    }

    // The layouts are known for one build only: defaults at the wrong place mean another one.
    private static void Check(in LlamaModelParams model, int size)
    {
        LlamaContextParams context = LlamaApi.llama_context_default_params();
        LlamaQuantizeParams quantize = LlamaApi.llama_model_quantize_default_params();
        if (Unsafe.SizeOf<LlamaModelParams>() != size || model is not { GpuLayers: -1, UseExtraBuffers: 1 } ||
            context is not { Batch: 2048, KeyType: 1, ValueType: 1, OffloadKeyValues: 1 } ||
            quantize is not { QuantizeOutputTensor: 1, DryRun: 0, MaxBufferSize: 8L << 30 })
        {
            throw new LlamaCppException("these are not the libraries of @node-llama-cpp/linux-x64 " + LlamaCppFolder.Version);
        }
    }
}
