namespace ModelPack.LlamaCpp.Native;

/// <summary>llama_batch: without positions and sequences the tokens continue sequence 0.</summary>
internal unsafe struct LlamaBatch
{
    public int Count;
    public int* Tokens;
    public float* Embeddings;
    public int* Positions;
    public int* SequenceCounts;
    public int** Sequences;

    /// <summary>A byte a token: not 0 where its logits are wanted.</summary>
    public byte* Outputs;
}
