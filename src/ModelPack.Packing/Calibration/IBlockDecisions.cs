using ModelPack.Packing.Architectures;
using ModelPack.Packing.Architectures.Weights;
using ModelPack.Packing.Quantizing;

namespace ModelPack.Packing.Calibration;

/// <summary>Where the decisions about a block's weights come from and go to.</summary>
internal interface IBlockDecisions
{
    /// <summary>Called before anything of a block is decided, with the quantized stream before it.</summary>
    /// <param name="index">Index of the block.</param>
    /// <param name="block">The block.</param>
    /// <param name="stream">The stream.</param>
    /// <param name="measured">Rows that may be measured.</param>
    void Begin(int index, LayerBlock block, HiddenStates stream, int measured);

    /// <summary>True when nothing has to be measured for a weight: it stays a float, needs no input, or was decided before.</summary>
    bool IsDecided(Linear linear);

    /// <summary>Decides the linear layers that read one input, as far as they have not been decided.</summary>
    /// <param name="block">Their block.</param>
    /// <param name="consumers">The linear layers.</param>
    /// <param name="hessian">2/T sum of x x^T; handed over.</param>
    /// <param name="tokens">Tokens it was summed over.</param>
    /// <param name="shift">Gives 2/T sum of d x^T [rows, columns] for a layer and its weights, d being the outputs' missing part; null: no targets.</param>
    void Decide(LayerBlock block, IReadOnlyList<Linear> consumers, float[] hessian, long tokens, Func<Linear, float[], float[]?> shift);

    /// <summary>The values a weight has once it is decided; the checkpoint's for what stays a float.</summary>
    IWeightRows Rows(DecoderWeight weight);

    /// <summary>The float values that a weight is decided from, and a norm's factors: the checkpoint's, or those with scales folded in.</summary>
    IWeightRows FloatRows(DecoderWeight weight);
}
