using ModelPack.Packing.Architectures;
using ModelPack.Packing.Quantizing;
using ModelPack.Packing.Sources;

namespace ModelPack.Packing.Adapters;

/// <summary>A Hugging Face folder with an adapter merged into its weights as they are read. Owns both; dispose it. Thread-safe.</summary>
internal sealed class MergedSource : ModelSource
{
    private readonly HuggingFaceSource _base;
    private readonly BoundAdapter _adapter;

    /// <summary>Merges.</summary>
    /// <param name="model">The base; belongs to this object from here on.</param>
    /// <param name="adapter">The adapter; belongs to this object from here on.</param>
    public MergedSource(HuggingFaceSource model, BoundAdapter adapter)
        : base(model.Folder, $"{model.Name}-{adapter.Name}", Rebound(model, adapter), model.CopiedFiles, model.Inputs)
    {
        _base = model;
        _adapter = adapter;
    }

    /// <inheritdoc/>
    public override string Kind => _base.Kind;

    /// <inheritdoc/>
    public override string Location => _base.Location;

    /// <inheritdoc/>
    public override string NameOf(string input) => _base.NameOf(input);

    internal override IWeightRows Rows(DecoderWeight weight) => _adapter.Merged(weight, _base.Rows(weight));

    internal override (string File, long Offset) PlaceOf(DecoderWeight weight) => _base.PlaceOf(weight);

    internal override long BytesOf(DecoderWeight weight) => weight.ElementCount * Formats.Numerics.ElementTypes.SizeInBytes(_base.Checkpoint.Tensors[weight.Tensor].Type);

    internal override bool IsMerged(DecoderWeight weight) => _adapter.Changes(weight);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _adapter.Dispose();
        _base.Dispose();
    }

    /// <summary>The same decoder, where weights that the adapter changes have the types of their new values.</summary>
    private static DecoderArchitecture Rebound(HuggingFaceSource model, BoundAdapter adapter) => DecoderArchitecture.Read(
        model.Architecture.ConfigFile,
        model.Checkpoint.Tensors.ToDictionary(tensor => tensor.Key, tensor => new TensorShape(adapter.TypeOf(tensor.Key, tensor.Value.Type), tensor.Value.Shape), StringComparer.Ordinal));
}
