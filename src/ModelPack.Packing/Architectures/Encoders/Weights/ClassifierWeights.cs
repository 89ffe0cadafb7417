using ModelPack.Packing.Architectures.Weights;

namespace ModelPack.Packing.Architectures.Encoders.Weights;

/// <summary>What follows the first position's state: a layer, an activation, and for classifiers the layer of the logits.</summary>
internal sealed record ClassifierWeights(Linear Dense, PoolerActivation Activation, Linear? Output);
