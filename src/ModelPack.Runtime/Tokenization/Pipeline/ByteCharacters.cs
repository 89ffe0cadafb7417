using System.Text;

namespace ModelPack.Runtime.Tokenization.Pipeline;

/// <summary>
/// GPT-2's alphabet: each byte as one character that prints. Bytes that print in Latin-1 stand for themselves, the others take U+0100 onwards in their order.
/// </summary>
internal static class ByteCharacters
{
    private static readonly char[] CharacterOfByte = MakeCharacters();
    private static readonly short[] ByteOfCharacter = MakeBytes();

    /// <summary>The byte that a character stands for, or -1.</summary>
    public static int ToByte(char character) => character < ByteOfCharacter.Length ? ByteOfCharacter[character] : -1;

    /// <summary>Appends the UTF-8 bytes of a stretch of text, each as its character, aligned to the code point it is part of.</summary>
    public static void Encode(AlignedText text, int start, int end, AlignedText target)
    {
        Span<byte> bytes = stackalloc byte[4];
        for (int at = start; at < end;)
        {
            int ascii = text.Units[at..end].IndexOfAnyInRange('\u0080', '\uFFFF');
            ascii = ascii < 0 ? end - at : ascii;
            if (ascii > 0)
            {
                EncodeAscii(text, at, ascii, target);
                at += ascii;
                continue;
            }

            Rune.DecodeFromUtf16(text.Units[at..end], out Rune rune, out int units);
            int count = rune.EncodeToUtf8(bytes);
            Span<char> written = target.AppendAs(count, text, at, at + units);
            for (int i = 0; i < count; i++)
            {
                written[i] = CharacterOfByte[bytes[i]];
            }

            at += units;
        }
    }

    private static void EncodeAscii(AlignedText text, int start, int count, AlignedText target)
    {
        int from = target.Length;
        target.AppendFrom(text, start, count);
        foreach (ref char unit in target.Writable(from))
        {
            unit = CharacterOfByte[unit];
        }
    }

    private static char[] MakeCharacters()
    {
        var characters = new char[256];
        char next = '\u0100';
        for (int value = 0; value < 256; value++)
        {
            bool prints = value is (>= 0x21 and <= 0x7E) or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);
            characters[value] = prints ? (char)value : next++;
        }

        return characters;
    }

    private static short[] MakeBytes()
    {
        var bytes = new short[CharacterOfByte.Max() + 1];
        Array.Fill<short>(bytes, -1);
        for (short value = 0; value < 256; value++)
        {
            bytes[CharacterOfByte[value]] = value;
        }

        return bytes;
    }
}
