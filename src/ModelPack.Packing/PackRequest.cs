using ModelPack.Packing.Calibration;
using ModelPack.Packing.Recipes;
using ModelPack.Packing.Store;

namespace ModelPack.Packing;

/// <summary>What to pack and where finished work is kept. Immutable.</summary>
/// <param name="Source">Hugging Face folder (config.json, safetensors, tokenizer.json), an ONNX file, or a GGUF file or any shard of a split one.</param>
/// <param name="Recipe">The settings.</param>
/// <param name="Store">Finished models and tensors; shared by all projects of a user.</param>
/// <param name="Threads">Cores to use; 0 means all. The result does not depend on it.</param>
/// <param name="OutputFolder">Folder that receives a copy of the packed model, or null to leave it in the store.</param>
public sealed record PackRequest(string Source, Recipe Recipe, PackStore Store, int Threads = 0, string? OutputFolder = null)
{
    /// <summary>Called once when another process is packing the same model and this one waits for it.</summary>
    public Action<string>? Waiting { get; init; }

    /// <summary>Who computes large products; null: as the machine allows.</summary>
    internal CalibrationProducts? Products { get; init; }

    /// <summary>Called after a step of calibration with its name and the time it took; steps do not overlap.</summary>
    public Action<string, TimeSpan>? StepTaken { get; init; }

    /// <summary>Called with the code and the sentence of everything that does not stop packing but should be known; from any thread.</summary>
    public Action<string, string>? Warning { get; init; }
}
