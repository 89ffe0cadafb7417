namespace ModelPack.Packing.Recipes;

/// <summary>The file format of a packed model.</summary>
public enum ContainerFormat
{
    /// <summary>model.onnx and model.onnx.data, for ONNX Runtime.</summary>
    Onnx,

    /// <summary>One .gguf file, for llama.cpp.</summary>
    Gguf,
}
