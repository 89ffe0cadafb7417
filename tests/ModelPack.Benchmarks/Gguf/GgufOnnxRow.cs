using ModelPack.Packing.Evaluation;

namespace ModelPack.Benchmarks.Gguf;

/// <summary>What was measured on one file.</summary>
/// <param name="Model">The model.</param>
/// <param name="FileType">llama.cpp's name of the file type.</param>
/// <param name="FileBytes">Bytes of the GGUF file's tensors.</param>
/// <param name="OnnxBytes">Bytes of the packed weights.</param>
/// <param name="Exact">Packed graph with float arithmetic, against the float graph of the decoded values.</param>
/// <param name="Deployed">Packed graph as deployed.</param>
/// <param name="Peer">llama.cpp on the same file.</param>
/// <param name="OurDecode">Tokens a second of the packed graph, by the clock and by processor time.</param>
/// <param name="PeerDecode">The same of llama.cpp.</param>
internal sealed record GgufOnnxRow(
    string Model,
    string FileType,
    long FileBytes,
    long OnnxBytes,
    FidelityReport Exact,
    FidelityReport Deployed,
    FidelityReport Peer,
    (double Clock, double Processor) OurDecode,
    (double Clock, double Processor) PeerDecode);
