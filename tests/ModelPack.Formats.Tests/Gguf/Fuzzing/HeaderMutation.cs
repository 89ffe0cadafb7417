using System.Buffers.Binary;

namespace ModelPack.Tests.Gguf.Fuzzing;

/// <summary>Damages the header of a GGUF file at random places, the counts and tensor infos more often than the texts. Pure.</summary>
internal static class HeaderMutation
{
    private const int Start = 24;
    private const int TensorInfos = 3000;

    // Lengths, counts, types and offsets that readers get wrong.
    private static readonly ulong[] Numbers =
    [
        0, 1, 2, 4, 9, 13, 31, 63, 64, 255, 256, 65535, 1 << 20, int.MaxValue, 1UL << 31, uint.MaxValue, 1UL << 32, long.MaxValue, 1UL << 63, ulong.MaxValue - 7, ulong.MaxValue,
    ];

    private static readonly Func<byte[], int, Random, byte[]>[] Mutations =
    [
        (bytes, at, random) => With(bytes, at, [(byte)(bytes[at] ^ (1 << random.Next(8)))]),
        (bytes, at, random) => With(bytes, at, [(byte)random.Next(256)]),
        (bytes, at, random) => With(bytes, at, Number(random, sizeof(uint))),
        (bytes, at, random) => With(bytes, at, Number(random, sizeof(ulong))),
        (bytes, at, random) => With(bytes, at, BitConverter.GetBytes((ulong)random.NextInt64())),
        (bytes, at, random) => [.. bytes[..at], .. new byte[random.Next(1, 40)], .. bytes[at..]],
        (bytes, at, random) => [.. bytes[..at], .. bytes[Math.Min(bytes.Length, at + random.Next(1, 40))..]],
        (bytes, at, random) => [.. bytes[..at], .. bytes[random.Next(at + 1)..]],
        (bytes, at, _) => bytes[..at],
    ];

    /// <summary>The header with one to three kinds of damage.</summary>
    public static byte[] Of(ReadOnlySpan<byte> header, Random random)
    {
        byte[] bytes = header.ToArray();
        for (int left = random.Next(1, 4); left > 0 && bytes.Length > 0; left--)
        {
            bytes = Mutations[random.Next(Mutations.Length)](bytes, Place(bytes.Length, random), random);
        }

        return bytes;
    }

    private static int Place(int length, Random random) => random.Next(4) switch
    {
        0 => random.Next(Math.Min(Start, length)),
        1 => length - 1 - random.Next(Math.Min(TensorInfos, length)),
        _ => random.Next(length),
    };

    private static byte[] Number(Random random, int size)
    {
        byte[] bytes = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, Numbers[random.Next(Numbers.Length)]);
        return bytes[..size];
    }

    private static byte[] With(byte[] bytes, int at, byte[] replacement) =>
        [.. bytes[..at], .. replacement.AsSpan(0, Math.Min(replacement.Length, bytes.Length - at)), .. bytes[Math.Min(bytes.Length, at + replacement.Length)..]];
}
