namespace ModelPack.LlamaCpp.Native;

/// <summary>llama_model_imatrix_data: the importance of one weight's columns; a null name ends the list.</summary>
internal unsafe struct LlamaImatrixEntry
{
    public byte* Name;
    public float* Values;
    public nuint Count;
}
