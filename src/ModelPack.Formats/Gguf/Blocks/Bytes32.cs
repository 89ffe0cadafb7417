using System.Runtime.CompilerServices;

namespace ModelPack.Formats.Gguf.Blocks;

/// <summary>32 signed codes of eight bits.</summary>
[InlineArray(32)]
internal struct Bytes32
{
    private sbyte _first;
}
