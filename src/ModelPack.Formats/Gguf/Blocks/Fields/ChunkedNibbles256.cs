using System.Runtime.CompilerServices;

namespace ModelPack.Formats.Gguf.Blocks.Fields;

/// <summary>Four bits of 256 codes: eight times <see cref="Nibbles32"/>.</summary>
[InlineArray(Chunks)]
internal struct ChunkedNibbles256 : IPackedCodes
{
    private const int Chunks = 8;

    private Nibbles32 _first;

    public readonly int Get(int element) => this[element / Rows.Length].Get(element % Rows.Length);

    public void Set(int element, int code) => this[element / Rows.Length].Set(element % Rows.Length, code);

    public void AddTo(ref byte codes, int shift)
    {
        for (int chunk = 0; chunk < Chunks; chunk++)
        {
            this[chunk].AddTo(ref Unsafe.Add(ref codes, chunk * Rows.Length), shift);
        }
    }

    public void TakeFrom(ref byte codes, int shift)
    {
        for (int chunk = 0; chunk < Chunks; chunk++)
        {
            this[chunk].TakeFrom(ref Unsafe.Add(ref codes, chunk * Rows.Length), shift);
        }
    }
}
