using System.Runtime.InteropServices;
using ModelPack.Formats.Gguf;
using ModelPack.Formats.Safetensors;
using ModelPack.LlamaCpp;
using ModelPack.Packing.Architectures;
using ModelPack.Packing.Quantizing;
using ModelPack.Packing.Tests.Architectures;
using ModelPack.Packing.Verification;
using ModelPack.Packing.Writing.Gguf;

namespace ModelPack.Packing.Tests.Writing.Gguf;

/// <summary>A case of the goldens as a GGUF file in F32 without a vocabulary, and what llama.cpp computes from it.</summary>
internal static class GoldenGguf
{
    /// <summary>Why a model is not written; null: it is.</summary>
    public static string? Refusal(DecoderArchitecture architecture)
    {
        try
        {
            _ = TensorNames.Of(architecture);
            ArchitectureMetadata.Add(new MetadataList(), architecture);
            _ = RopeMetadata.Tensors(architecture);
            return null;
        }
        catch (ModelPackException e) when (e.Code is "MPK1701" or "MPK1704")
        {
            return e.Message;
        }
    }

    /// <summary>
    /// Norm of the difference between llama.cpp's logits and the reference's by the norm of the reference's: of the prompt, and of a long one where the case has it
    /// and the file allows it. llama.cpp, whose contexts have 256 tokens at least, knows only the long factors of the cases with longrope.
    /// </summary>
    public static double Measure(GoldenCase golden)
    {
        DecoderArchitecture architecture = golden.Architecture();
        bool measuresLong = golden.Has("long_logits") && golden.Ids("long_input_ids").Length <= ArchitectureMetadata.ContextLength(architecture);
        double longer = measuresLong ? Difference(golden.Checkpoint, architecture, golden.Ids("long_input_ids"), golden.Floats("long_logits")) : 0;
        return architecture.Ropes[0]?.Long is not null ? longer : Math.Max(longer, Difference(golden.Checkpoint, architecture, golden.Ids("input_ids"), golden.Floats("logits")));
    }

    /// <summary>The difference for one prompt, as far as the file allows its length.</summary>
    public static double Difference(SafetensorsCheckpoint checkpoint, DecoderArchitecture architecture, long[] ids, float[] expected)
    {
        string folder = Directory.CreateTempSubdirectory("modelpack-").FullName;
        try
        {
            string file = Path.Combine(folder, "golden.gguf");
            Write(file, checkpoint, architecture, metadata => metadata.Add("tokenizer.ggml.model", "no_vocab"));
            int length = Math.Min(ids.Length, ArchitectureMetadata.ContextLength(architecture));
            Assert.True(length > 4);
            float[] actual = LlamaProcess.Logits(file, [[.. ids.Take(length).Select(id => (int)id)]], new LlamaContextOptions { Length = length })[0];
            return LogitComparison.RelativeError(expected.AsSpan(0, actual.Length), actual);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Writes a file with the names, values and keys that packing gives it.</summary>
    public static void Write(string file, SafetensorsCheckpoint checkpoint, DecoderArchitecture architecture, Action<MetadataList> vocabulary)
    {
        var metadata = new MetadataList();
        metadata.Add("general.architecture", TensorNames.FamilyOf(architecture).Architecture);
        ArchitectureMetadata.Add(metadata, architecture);
        vocabulary(metadata);
        IReadOnlyList<NamedTensor> tensors = TensorNames.Of(architecture);
        IReadOnlyList<(string Name, float[] Divisors)> rope = RopeMetadata.Tensors(architecture);
        using GgufWriter writer = GgufWriter.Create(
            file,
            metadata.Pairs,
            [
                .. tensors.Select(tensor => new GgufTensorInfo(tensor.Name, GgufTensorType.F32, tensor.Shape)),
                .. rope.Select(tensor => new GgufTensorInfo(tensor.Name, GgufTensorType.F32, [tensor.Divisors.Length])),
            ]);
        foreach (NamedWeight named in tensors.SelectMany(tensor => tensor.Parts))
        {
            writer.Write(MemoryMarshal.AsBytes(FileRows.Stored(named, new CheckpointRows(named.Weight, checkpoint)).ReadAll().AsSpan()));
        }

        foreach ((_, float[] divisors) in rope)
        {
            writer.Write(MemoryMarshal.AsBytes(divisors.AsSpan()));
        }

        writer.Complete();
    }
}
