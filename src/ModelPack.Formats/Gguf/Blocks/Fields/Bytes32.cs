using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelPack.Formats.Gguf.Blocks.Fields;

/// <summary>32 signed codes of eight bits; as codes they are 128 more.</summary>
[InlineArray(Rows.Length)]
internal struct Bytes32 : IPackedCodes
{
    private const byte Sign = 0x80;

    private byte _first;

    public readonly int Get(int element) => this[element] ^ Sign;

    public void Set(int element, int code) => this[element] = (byte)(code ^ Sign);

    public void AddTo(ref byte codes, int shift) => Rows.Add((Rows.Load(ref _first, 0) ^ Vector256.Create(Sign)) << shift, ref codes, 0);

    public void TakeFrom(ref byte codes, int shift) => Rows.Store((Rows.Load(ref codes, 0) >>> shift) ^ Vector256.Create(Sign), ref _first, 0);
}
