using System.Runtime.InteropServices;
using ModelPack.Formats.Gguf;
using ModelPack.LlamaCpp;
using ModelPack.Packing.Architectures;
using ModelPack.Packing.Architectures.Families;
using ModelPack.Packing.Quantizing;
using ModelPack.Packing.Tests.Architectures;
using ModelPack.Packing.Verification;
using ModelPack.Packing.Writing.Gguf;
using ModelPack.Tests;

namespace ModelPack.Packing.Tests.Writing.Gguf;

/// <summary>llama.cpp computes the reference implementation's logits from a checkpoint's names, values and keys as they are written, in F32 and without a vocabulary.</summary>
public class GoldenGgufTests
{
    // llama.cpp sums in another order, and its rope keeps no float32 roundings of the reference.
    private const double Tolerance = 1e-3;

    public static TheoryData<string> All
    {
        get
        {
            var names = new TheoryData<string>();
            foreach (string name in GoldenCase.Names())
            {
                if (SharedFolder.Find($"goldens/models/{name}") is null || IsWritten(name))
                {
                    names.Add(name);
                }
            }

            return names;
        }
    }

    [SkippableTheory]
    [MemberData(nameof(All))]
    public void Logits_by_llama_cpp_equal_the_reference(string name)
    {
        LlamaCpp.Require();
        using GoldenCase golden = GoldenCase.Open(name);
        DecoderArchitecture architecture = golden.Architecture();
        string folder = Directory.CreateTempSubdirectory("modelpack-").FullName;
        try
        {
            string file = Path.Combine(folder, "golden.gguf");
            Write(file, golden, architecture);
            int length = Math.Min(golden.Ids("input_ids").Length, ArchitectureMetadata.ContextLength(architecture));
            int[] prompt = [.. golden.Ids("input_ids").Take(length).Select(id => (int)id)];

            float[] actual = LlamaProcess.Logits(file, [prompt])[0];

            float[] expected = golden.Floats("logits")[..actual.Length];
            Assert.True(length > 4);
            Assert.InRange(LogitComparison.RelativeError(expected, actual), 0, Tolerance);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static bool IsWritten(string name)
    {
        using GoldenCase golden = GoldenCase.Open(name);
        DecoderArchitecture architecture = golden.Architecture();
        try
        {
            ArchitectureMetadata.Add(new MetadataList(), architecture);
            _ = TensorNames.Of(architecture);
            return GgufFamily.Find(architecture.ModelType) is not null;
        }
        catch (ModelPackException)
        {
            return false;
        }
    }

    private static void Write(string file, GoldenCase golden, DecoderArchitecture architecture)
    {
        var metadata = new MetadataList();
        metadata.Add("general.architecture", TensorNames.FamilyOf(architecture).Architecture);
        ArchitectureMetadata.Add(metadata, architecture);
        metadata.Add("tokenizer.ggml.model", "no_vocab");
        IReadOnlyList<NamedWeight> weights = TensorNames.Of(architecture);
        float[]? divisors = RopeMetadata.Divisors(ArchitectureMetadata.RopeOf(architecture));
        GgufTensorInfo[] tensors =
        [
            .. weights.Select(named => new GgufTensorInfo(named.Name, GgufTensorType.F32, named.Weight.IsMatrix ? [named.Weight.Rows, named.Weight.Columns] : [named.Weight.Columns])),
            .. divisors is null ? Array.Empty<GgufTensorInfo>() : [new GgufTensorInfo(TensorNames.RopeDivisors, GgufTensorType.F32, [divisors.Length])],
        ];
        using GgufWriter writer = GgufWriter.Create(file, metadata.Pairs, tensors);
        foreach (NamedWeight named in weights)
        {
            IWeightRows rows = new CheckpointRows(named.Weight, golden.Checkpoint);
            IWeightRows ordered = named.NeighbourHeads ? new ReorderedRows(rows, row => NeighbourOrder.ToPublished(row, architecture.HeadSize)) : rows;
            writer.Write(MemoryMarshal.AsBytes(ordered.ReadAll().AsSpan()));
        }

        writer.Write(MemoryMarshal.AsBytes((divisors ?? []).AsSpan()));
        writer.Complete();
    }
}
