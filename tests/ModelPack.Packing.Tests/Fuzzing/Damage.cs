namespace ModelPack.Tests.Fuzzing;

/// <summary>Damages a file at random places. Half of the cases stay what they are but for a value or a few bits: they get past the first check. Pure.</summary>
internal static class Damage
{
    private const int LongestStretch = 48;

    // Beyond this a case costs more than it tells.
    private const int LongestCase = 1 << 18;

    // Vocabularies lie in the middle; what stands around them is read by more code.
    private const int Edge = 1500;

    private static readonly Func<byte[], byte[], IReadOnlyList<byte[]>, Random, byte[]>[] Kinds =
    [
        (bytes, _, _, random) => Flip(bytes, random),
        (bytes, _, _, random) => Replace(bytes, Place(bytes, random), 1, [(byte)random.Next(256)]),
        (bytes, _, _, random) => Replace(bytes, Place(bytes, random), random.Next(1, LongestStretch), []),
        (bytes, _, _, random) => bytes[..random.Next(bytes.Length)],
        (bytes, _, words, random) => Replace(bytes, Place(bytes, random), 0, words[random.Next(words.Count)]),
        (bytes, _, words, random) => Replace(bytes, Place(bytes, random), random.Next(1, 8), words[random.Next(words.Count)]),
        (bytes, _, words, random) => Value(bytes, words[random.Next(words.Count)], random),
        (bytes, other, _, random) => Replace(bytes, Place(bytes, random), random.Next(LongestStretch), Stretch(other, random)),
        (bytes, _, _, random) => Replace(bytes, Place(bytes, random), 0, Stretch(bytes, random)),
        (bytes, _, _, random) => Repeat(bytes, random),
    ];

    public static byte[] Of(byte[] from, byte[] other, IReadOnlyList<byte[]> words, IReadOnlyList<byte[]> values, Random random)
    {
        bool gentle = random.Next(2) == 0;
        if (gentle && values.Count > 0 && from.AsSpan().TrimStart(" \n\r\t"u8) is [(byte)'{' or (byte)'[', not ((byte)'%' or (byte)'{' or (byte)'#'), ..])
        {
            return JsonDamage.Of(from, values, random);
        }

        byte[] bytes = from;
        for (int left = random.Next(1, 5); left > 0 && bytes.Length > 0; left--)
        {
            bytes = !gentle ? Kinds[random.Next(Kinds.Length)](bytes, other, words, random)
                : values.Count > 0 ? Value(bytes, values[random.Next(values.Count)], random)
                : Flip(bytes, random);
        }

        return bytes.Length <= LongestCase ? bytes : bytes[..LongestCase];
    }

    private static int Place(byte[] bytes, Random random) => random.Next(3) switch
    {
        0 => random.Next(Math.Min(Edge, bytes.Length)),
        1 => bytes.Length - 1 - random.Next(Math.Min(Edge, bytes.Length)),
        _ => random.Next(bytes.Length),
    };

    private static byte[] Flip(byte[] bytes, Random random)
    {
        int at = Place(bytes, random);
        return Replace(bytes, at, 1, [(byte)(bytes[at] ^ (1 << random.Next(8)))]);
    }

    private static byte[] Replace(byte[] bytes, int at, int length, byte[] by) =>
        [.. bytes.AsSpan(0, at), .. by, .. bytes.AsSpan(Math.Min(bytes.Length, at + length))];

    // What follows a colon or an equals sign: an object or a list up to its end, else up to what ends a value.
    private static byte[] Value(byte[] bytes, byte[] by, Random random)
    {
        int from = Place(bytes, random);
        int mark = bytes.AsSpan(from).IndexOfAny((byte)':', (byte)'=');
        if (mark < 0)
        {
            return Replace(bytes, from, 1, by);
        }

        int start = from + mark + 1;
        while (start < bytes.Length && bytes[start] == ' ')
        {
            start++;
        }

        return Replace(bytes, start, ValueLength(bytes.AsSpan(start)), by);
    }

    private static int ValueLength(ReadOnlySpan<byte> rest)
    {
        if (rest.IsEmpty || rest[0] is not ((byte)'{' or (byte)'['))
        {
            int end = rest.IndexOfAny(",]}\n"u8);
            return end < 0 ? 0 : end;
        }

        int depth = 0;
        for (int at = 0; at < rest.Length; at++)
        {
            depth += rest[at] is (byte)'{' or (byte)'[' ? 1 : rest[at] is (byte)'}' or (byte)']' ? -1 : 0;
            if (depth == 0)
            {
                return at + 1;
            }
        }

        return rest.Length;
    }

    private static byte[] Stretch(byte[] bytes, Random random)
    {
        int start = Place(bytes, random);
        return bytes[start..Math.Min(bytes.Length, start + random.Next(1, LongestStretch * 8))];
    }

    private static byte[] Repeat(byte[] bytes, Random random)
    {
        int start = Place(bytes, random);
        byte[] part = bytes[start..Math.Min(bytes.Length, start + random.Next(1, 12))];
        return Replace(bytes, start, 0, [.. Enumerable.Repeat(part, random.Next(2, 3000)).SelectMany(piece => piece)]);
    }
}
