namespace ModelPack.Benchmarks.GgufPeers;

/// <summary>One file type of one model. Perplexities are llama.cpp's.</summary>
/// <param name="Type">The file type.</param>
/// <param name="OurBytes">Bytes of our file.</param>
/// <param name="TheirBytes">Bytes of llama.cpp's file.</param>
/// <param name="Ours">With importance, quantized by ModelPack.</param>
/// <param name="Theirs">With the same importance, quantized by llama.cpp; null where it refuses.</param>
/// <param name="OursPlain">Without importance.</param>
/// <param name="TheirsPlain">Without importance, quantized by llama.cpp; null where it refuses.</param>
internal sealed record PeerRow(string Type, long OurBytes, long TheirBytes, double Ours, double? Theirs, double OursPlain, double? TheirsPlain);
