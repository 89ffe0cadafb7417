namespace ModelPack.Packing.Evaluation;

/// <summary>Which positions of a window count, and how a window begins. The numbers of two protocols cannot be compared.</summary>
public enum EvaluationProtocol
{
    /// <summary>That of the GPTQ and AWQ papers: every window by itself, every prediction in it counts. Only the first window begins with BOS.</summary>
    Paper,

    /// <summary>That of llama.cpp: the first token of each window is replaced by BOS, predictions of its second half count.</summary>
    LlamaCpp,
}
