using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace ModelPack.Packing.Store;

/// <summary>
/// Four CRC-32C side by side, each over every fourth 8 bytes: finds damage at memory speed, where one CRC alone would wait for
/// itself. Not a cryptographic hash.
/// </summary>
internal struct InterleavedCrc
{
    public const int Length = 16;

    private uint _first;
    private uint _second;
    private uint _third;
    private uint _fourth;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(bytes);
        (uint first, uint second, uint third, uint fourth) = (~_first, ~_second, ~_third, ~_fourth);
        int i = 0;
        for (; i <= words.Length - 4; i += 4)
        {
            first = BitOperations.Crc32C(first, words[i]);
            second = BitOperations.Crc32C(second, words[i + 1]);
            third = BitOperations.Crc32C(third, words[i + 2]);
            fourth = BitOperations.Crc32C(fourth, words[i + 3]);
        }

        foreach (byte rest in bytes[(i * sizeof(ulong))..])
        {
            first = BitOperations.Crc32C(first, rest);
        }

        // The length, so that pieces of zeros cannot move from one section to the next.
        (_first, _second, _third, _fourth) = (~BitOperations.Crc32C(first, (ulong)bytes.Length), ~second, ~third, ~fourth);
    }

    public readonly void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(destination, _first);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[4..], _second);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[8..], _third);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[12..], _fourth);
    }
}
