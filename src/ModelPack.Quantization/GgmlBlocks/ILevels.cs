using ModelPack.Quantization.Lanes;

namespace ModelPack.Quantization.GgmlBlocks;

/// <summary>The values, in units of the scale, that codes stand for.</summary>
internal interface ILevels
{
    /// <summary>The level of the longer side, which the extreme weight goes to in the plain choice of a scale: negative.</summary>
    float Extreme { get; }

    /// <summary>The level nearest to each lane, which is finite.</summary>
    TVector Nearest<TLanes, TVector>(TVector position)
        where TLanes : ILanes<TVector>
        where TVector : struct;

    /// <summary>The code of the level nearest to each lane.</summary>
    TVector Code<TLanes, TVector>(TVector position)
        where TLanes : ILanes<TVector>
        where TVector : struct;
}
