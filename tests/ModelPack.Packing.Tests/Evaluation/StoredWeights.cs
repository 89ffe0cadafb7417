using System.Runtime.InteropServices;
using ModelPack.Packing.Architectures;
using ModelPack.Packing.Planning;
using ModelPack.Packing.Quantizing;
using ModelPack.Packing.Recipes;
using ModelPack.Packing.Sources;
using ModelPack.Packing.Writing;
using ModelPack.Quantization;

namespace ModelPack.Packing.Tests.Evaluation;

/// <summary>Weights dequantized from a packed data file by the formulas; norms come from the checkpoint.</summary>
internal sealed class StoredWeights(HuggingFaceSource source, Recipe recipe, string dataFile)
{
    private readonly byte[] _data = File.ReadAllBytes(dataFile);

    public GraphLayout Layout { get; } = GraphLayout.Assign(
        DecoderGraph.Build(source.Architecture, new DecoderGraphOptions(), weight => StoragePlanner.Choose(weight, recipe)), OnnxFolder.DataName);

    public WeightStorage StorageOf(DecoderWeight weight) => StoragePlanner.Choose(weight, recipe);

    public IWeightRows Rows(DecoderWeight weight)
    {
        if (StoragePlanner.Choose(weight, recipe) is not WeightStorage.Quantized { Scheme: var scheme })
        {
            return new CheckpointRows(weight, source.Checkpoint);
        }

        byte[] codes = Part(weight, PartKind.Codes, scheme.CodeBytesPerRow(weight.Columns));
        Half[] scales = MemoryMarshal.Cast<byte, Half>(Part(weight, PartKind.Scales, 2 * scheme.GroupsPerRow(weight.Columns))).ToArray();
        byte[] zeroPoints = !scheme.StoresZeroPoints ? [] : Part(weight, PartKind.ZeroPoints, scheme.ZeroPointBytesPerRow(weight.Columns));
        var values = new float[weight.ElementCount];
        Dequantization.DequantizeRows(scheme, weight.Columns, codes, scales, zeroPoints, values);
        return new Values(weight.Name, dataFile, weight.Rows, weight.Columns, values);
    }

    private byte[] Part(DecoderWeight weight, PartKind kind, int bytesPerRow)
    {
        int offset = (int)Layout.PlacesOf(weight).First(place => place.Kind == kind).Offset;
        return _data[offset..(offset + (weight.Rows * bytesPerRow))];
    }

    private sealed record Values(string Name, string File, int Rows, int Columns, float[] All) : IWeightRows
    {
        public void Read(int first, int count, Span<float> destination) => All.AsSpan(first * Columns, count * Columns).CopyTo(destination);

        public void Release()
        {
        }
    }
}
