using System.Runtime.InteropServices;
using System.Text;
using static ModelPack.LlamaCpp.Native.LlamaApi;

namespace ModelPack.LlamaCpp;

/// <summary>The vocabulary of a loaded model. Thread-safe.</summary>
public sealed unsafe class LlamaVocabulary
{
    private readonly nint _handle;

    internal LlamaVocabulary(nint handle) => _handle = handle;

    /// <summary>1 SentencePiece, 2 byte-level BPE, others for other tokenizers, 0 for none.</summary>
    public int Type => llama_vocab_type(_handle);

    /// <summary>Number of tokens.</summary>
    public int Count => llama_vocab_n_tokens(_handle);

    /// <summary>Id of the beginning, or -1.</summary>
    public int Beginning => llama_vocab_bos(_handle);

    /// <summary>Id of the end, or -1.</summary>
    public int End => llama_vocab_eos(_handle);

    /// <summary>True where texts start with <see cref="Beginning"/>.</summary>
    public bool AddsBeginning => llama_vocab_get_add_bos(_handle) != 0;

    /// <summary>True where texts end with <see cref="End"/>.</summary>
    public bool AddsEnd => llama_vocab_get_add_eos(_handle) != 0;

    /// <summary>The piece of a token as the file has it.</summary>
    public string Piece(int token) => Marshal.PtrToStringUTF8((nint)llama_vocab_get_text(_handle, token))!;

    /// <summary>The score of a token.</summary>
    public float Score(int token) => llama_vocab_get_score(_handle, token);

    /// <summary>llama_token_attr: 1 unknown, 2 unused, 4 normal, 8 control, 16 user-defined, 32 byte, and more.</summary>
    public int Attributes(int token) => llama_vocab_get_attr(_handle, token);

    /// <summary>True where a token ends a generation.</summary>
    public bool Ends(int token) => llama_vocab_is_eog(_handle, token) != 0;

    /// <summary>Tokens of a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="addSpecial">Adds beginning and end where the model asks for them.</param>
    /// <param name="parseSpecial">Takes special tokens in the text for such.</param>
    public int[] Tokenize(string text, bool addSpecial = true, bool parseSpecial = false)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        int[] tokens = new int[bytes.Length + 16];
        int count = Tokenize(bytes, tokens, addSpecial, parseSpecial);
        if (count < 0)
        {
            tokens = new int[-count];
            count = Tokenize(bytes, tokens, addSpecial, parseSpecial);
        }

        return tokens[..count];
    }

    /// <summary>Text of tokens.</summary>
    /// <param name="tokens">The tokens.</param>
    /// <param name="removeSpecial">Leaves out beginning and end where the model asks for them.</param>
    /// <param name="unparseSpecial">Writes special tokens.</param>
    public string Detokenize(ReadOnlySpan<int> tokens, bool removeSpecial = false, bool unparseSpecial = false)
    {
        byte[] text = new byte[(tokens.Length * 16) + 16];
        int length = Detokenize(tokens, text, removeSpecial, unparseSpecial);
        if (length < 0)
        {
            text = new byte[-length];
            length = Detokenize(tokens, text, removeSpecial, unparseSpecial);
        }

        return Encoding.UTF8.GetString(text, 0, length);
    }

    private int Tokenize(byte[] text, int[] tokens, bool addSpecial, bool parseSpecial)
    {
        fixed (byte* from = text)
        {
            fixed (int* to = tokens)
            {
                return llama_tokenize(_handle, from, text.Length, to, tokens.Length, addSpecial ? (byte)1 : (byte)0, parseSpecial ? (byte)1 : (byte)0);
            }
        }
    }

    private int Detokenize(ReadOnlySpan<int> tokens, byte[] text, bool removeSpecial, bool unparseSpecial)
    {
        fixed (int* from = tokens)
        {
            fixed (byte* to = text)
            {
                return llama_detokenize(_handle, from, tokens.Length, to, text.Length, removeSpecial ? (byte)1 : (byte)0, unparseSpecial ? (byte)1 : (byte)0);
            }
        }
    }
}
