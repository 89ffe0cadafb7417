using System.Text;
using ModelPack.Runtime.Tokenization.Pipeline;
using ModelPack.Runtime.Tokenization.Vocabularies;

namespace ModelPack.Runtime.Tokenization.Models;

/// <summary>The tokens &lt;0x00&gt; to &lt;0xFF&gt; that stand for the UTF-8 bytes of what a vocabulary lacks.</summary>
internal static class ByteTokens
{
    /// <summary>Their ids by byte; -1 where there is none.</summary>
    public static int[] Find(Vocabulary vocabulary)
    {
        var ids = new int[256];
        for (int value = 0; value < ids.Length; value++)
        {
            ids[value] = vocabulary.TryGetId($"<0x{value:X2}>", out int id) ? id : -1;
        }

        return ids;
    }

    /// <summary>Adds the byte tokens of a stretch, each aligned to all of it; adds none where one is missing.</summary>
    public static bool TryAdd(int[] ids, ReadOnlySpan<char> stretch, AlignedText text, int start, int end, TokenList tokens)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(stretch.ToArray());
        if (Array.Exists(bytes, value => ids[value] < 0))
        {
            return false;
        }

        foreach (byte value in bytes)
        {
            tokens.Add(ids[value], text, start, end);
        }

        return true;
    }
}
