using System.Buffers.Binary;
using System.Text;
using ModelPack.Formats.Safetensors;
using ModelPack.Packing.Architectures;
using ModelPack.Packing.Architectures.Encoders;
using ModelPack.Runtime.Chat.Templates;
using ModelPack.Runtime.Tokenization;

namespace ModelPack.Tests.Fuzzing;

/// <summary>The readers of what people download, with real files below a shared folder.</summary>
internal static class FuzzTargets
{
    private const int LongestSeed = 120_000;
    private const long LongestData = 1 << 26;
    private const long Megabyte = 1 << 20;

    private static readonly string[] Texts =
    [
        "The owl's 12 lanterns,\n\n\tit said: <s>ＡＢＣ</s> 😀 e\u0301 Việt 漢字 ไทย\u200d\u00a0  ▁▁ <|end|>", "", " ", new string('a', 300), new string(' ', 300), "\ud800x",
    ];

    // Whole values: what holds them stays JSON.
    private static readonly byte[][] JsonValues =
    [
        .. new[]
        {
            "null", "true", "false", "0", "-1", "1", "255", "65536", "1048577", "2147483647", "2147483648", "4294967296", "9223372036854775808", "1e999", "-1e-999", "0.1", "\"\"", "\"a\"", "[]", "{}",
            "\"\\ud800\"", "\"\\u0000\"", "\"▁\"", "\"Ġ\"", "[\"a\",\"b\"]", "[0,1]", "\"Sequence\"", "\"Split\"", "\"Replace\"", "\"BPE\"", "\"Unigram\"", "\"WordPiece\"", "\"Precompiled\"", "\"AAAA\"", "\"BQAAAAAAAAA=\"",
            "{\"Regex\":\"(a+)+b\"}", "{\"Regex\":\"(?:a{1000}){1000}\"}", "{\"Regex\":\"[^\\\\s\\\\p{L}]{0,65535}?\"}", "{\"Regex\":\"\"}", "{\"Regex\":\"(?<=a|bc)\\\\b|^|$\"}", "{\"String\":\"\"}", "{\"String\":\"a\"}", "\"single\"", "\"longest\"", "[[\"a\",-1],[\"b\",-2]]", "{\"a\":0,\"b\":1}", "[{\"type\":\"NFKD\"},{\"type\":\"Lowercase\"}]", "{\"type\":\"Sequence\"}",
        }.Select(Encoding.UTF8.GetBytes),
    ];

    private static readonly byte[][] JsonWords = [.. new[] { ",", "\"", "}", "]", ":", "[[[[[[[[", "{\"a\":", "\\" }.Select(Encoding.UTF8.GetBytes), .. JsonValues];

    private static readonly byte[][] TemplateWords =
    [
        .. new[]
        {
            "{{", "}}", "{%", "%}", "{#", "{% for m in messages %}", "{% endfor %}", "{% if x %}", "{% endif %}", "{% macro f(x) %}{{ f(x) }}{% endmacro %}{{ f(1) }}", "{% set x = x ~ x %}", "range(999999999)", "10 ** 999999999",
            "'%999999999d' % 1", "|center(99999999)", "|indent(99999999)", "|tojson(indent=99999999)", "|batch(1)", "|slice(0)", "|replace('', 'xxxxxxxx')", "'a' * 99999999", "[1] * 99999999", "namespace(a=1)", "messages[::-1]", "messages[0::0]",
            "(((((((((((((((((", "[[[[[[[[[[[[[[[", "-----------1", "not not not ", ".__class__", "|attr('x')", "loop.index", "loop(messages)", "{% for x in messages recursive %}{{ loop(messages) }}{% endfor %}", "{% break %}", "|join", "|sort", "|groupby('role')",
            "strftime_now('%Y')", "{{ '{:>99999999}'.format(1) }}", "|round(99999)", "1/0", "1e308*10", "\\", "'", "\"", "~", "|", "is", "in", "-", "\u0000",
        }.Select(Encoding.UTF8.GetBytes),
    ];

    // Whole expressions.
    private static readonly byte[][] TemplateValues =
    [
        .. new[]
        {
            " messages ", " messages[0] ", " messages | length ", " range(100000) ", " none ", " true ", " -1 ", " 'x' * 1000 ", " messages | tojson ", " namespace(a=1) ", " messages[1:] ", " {} ", " [] ", " 0.1 ", " loop ", " undefined_name ",
        }.Select(Encoding.UTF8.GetBytes),
    ];

    private static readonly byte[][] BinaryWords = [[0xFF, 0xFF, 0xFF, 0xFF, 0x0F], [0x0A, 0x00], [0x80, 0x80, 0x80, 0x80, 0x01], [0x18, 0x06], [0x18, 0x04], [0x15, 0, 0, 0x80, 0x7F], "▁▁"u8.ToArray(), [0x12, 0x02, 0x18, 0x02], [0, 0, 0, 0], .. JsonWords[..4]];

    private static readonly JinjaOptions Limits = JinjaOptions.Default with { MaxSteps = 200_000, MaxAllocatedBytes = 8 * Megabyte, MaxOutputLength = 1 << 20 };

    private static readonly TemplateMessage[] Messages =
        [new("system", "Be short."), new("user", "Hello <b>owl</b> 😀"), new("assistant", "Hoo."), new("user", "Again?")];

    /// <summary>All of them.</summary>
    /// <param name="shared">The folder of reference models and outputs.</param>
    public static FuzzTarget[] All(string shared)
    {
        string goldens = Path.Combine(shared, "goldens");
        byte[][] models = Files(goldens, "tokenizer.model");
        return
        [
            new("tokenizer.json", [.. Files(Path.Combine(goldens, "tokenizers", "malformed"), "good*.json"), .. Files(Path.Combine(goldens, "tokenizers", "files"), "*.json").SelectMany(file => new[] { file, SmallTokenizerFile.Of(file), SmallTokenizerFile.Of(file) })], JsonWords, JsonValues, (bytes, _) => Use(Tokenizer.Parse(bytes, "fuzzed.json")), 32 * Megabyte, 400),
            new("tokenizer.model", models, BinaryWords, [], (bytes, folder) => Use(Load(folder, ("tokenizer.model", bytes))), 32 * Megabyte, 1200),
            new(
                "tokenizer_config.json",
                [.. Files(Path.Combine(shared, "models"), "tokenizer_config.json"), .. Files(Path.Combine(shared, "models"), "special_tokens_map.json")],
                JsonWords,
                JsonValues,
                (bytes, folder) => Use(Load(folder, ("tokenizer.model", models[0]), ("tokenizer_config.json", bytes))),
                48 * Megabyte,
                400),
            new(
                "vocab.json, merges.txt, vocab.txt",
                ["""{"a":0,"b":1,"ab":2,"Ġ":3,"<|endoftext|>":4}"""u8.ToArray(), "#version: 0.2\na b\nĠ a\n"u8.ToArray(), "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\n##b\nthe\nowl\n"u8.ToArray()],
                JsonWords,
                JsonValues,
                ReadLists,
                32 * Megabyte,
                400),
            new("chat template", [.. Files(Path.Combine(goldens, "templates", "templates"), "*.jinja")], TemplateWords, TemplateValues, Render, 64 * Megabyte, 400),
            new("config.json", [.. Files(Path.Combine(goldens, "models"), "config*.json")], JsonWords, JsonValues, ReadConfiguration, 8 * Megabyte, 200),
            new("safetensors header", [.. Directory.EnumerateFiles(Path.Combine(goldens, "models"), "model.safetensors", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Take(40).Select(Header)], JsonWords, JsonValues, ReadHeader, Megabyte, 60),
        ];
    }

    private static byte[][] Files(string folder, string pattern) =>
    [
        .. Directory.EnumerateFiles(folder, pattern, SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Where(file => new FileInfo(file).Length is > 0 and <= LongestSeed && !file.EndsWith("index.json", StringComparison.Ordinal))
            .Select(File.ReadAllBytes),
    ];

    private static void Use(Tokenizer tokenizer)
    {
        foreach (string text in Texts)
        {
            try
            {
                int[] ids = tokenizer.Encode(text);
                tokenizer.Decode(ids, skipSpecialTokens: false);
                StreamingDecoder decoder = tokenizer.CreateStreamingDecoder();
                foreach (int id in ids.AsSpan(0, Math.Min(ids.Length, 64)))
                {
                    decoder.Append(id);
                }

                decoder.Flush();
            }
            catch (ModelPackException error) when (error.Code is "MPK4107" or "MPK4108")
            {
                // The text, and not the file, is what such a tokenizer refuses.
            }
        }

        // Of a pair that is cut, each window goes with each of the other text, as in the reference implementation: long ones would be the texts' cost.
        TokenizePair(tokenizer);
    }

    private static void TokenizePair(Tokenizer tokenizer)
    {
        try
        {
            tokenizer.Tokenize("The owl 😀", "and its lamp");
        }
        catch (ModelPackException error) when (error.Code is "MPK4107" or "MPK4108")
        {
            // As above.
        }
    }

    private static Tokenizer Load(string folder, params (string Name, byte[] Bytes)[] files)
    {
        foreach ((string name, byte[] bytes) in files)
        {
            Write(folder, name, bytes);
        }

        return Tokenizer.Load(folder);
    }

    // A case is read as each of the files in turn, beside sound ones.
    private static void ReadLists(byte[] bytes, string folder)
    {
        (string, byte[])[] pairs = [("vocab.json", """{"a":0,"b":1,"ab":2,"Ġ":3,"Ġa":4}"""u8.ToArray()), ("merges.txt", "a b\nĠ a\n"u8.ToArray())];
        foreach ((string Name, byte[] Bytes)[] files in new[] { [("vocab.json", bytes), pairs[1]], [pairs[0], ("merges.txt", bytes)], new[] { ("vocab.txt", bytes) } })
        {
            try
            {
                string own = Directory.CreateDirectory(Path.Combine(folder, files.Length.ToString(System.Globalization.CultureInfo.InvariantCulture))).FullName;
                Use(Load(own, files));
            }
            catch (ModelPackException)
            {
                // Refused as one of them; it may still be another.
            }
        }
    }

    private static void Render(byte[] bytes, string folder)
    {
        ChatTemplate template = ChatTemplate.Parse(Encoding.UTF8.GetString(bytes), "fuzzed");
        template.Render(new ChatTemplateRequest { Messages = Messages, AddGenerationPrompt = true, Options = Limits, Variables = new Dictionary<string, object?> { ["bos_token"] = "<s>", ["eos_token"] = "</s>" } });
    }

    private static void ReadConfiguration(byte[] bytes, string folder)
    {
        string file = Write(folder, "config.json", bytes);
        if (EncoderArchitecture.Knows(file))
        {
            EncoderArchitecture.Read(file, new Dictionary<string, TensorShape>());
        }
        else
        {
            DecoderArchitecture.CheckConfiguration(file);
        }
    }

    private static byte[] Header(string file)
    {
        using FileStream stream = File.OpenRead(file);
        Span<byte> prefix = stackalloc byte[sizeof(ulong)];
        stream.ReadExactly(prefix);
        byte[] header = new byte[(int)BinaryPrimitives.ReadUInt64LittleEndian(prefix)];
        stream.ReadExactly(header);
        return header;
    }

    // The data behind the header is as long as its largest number, as in a sound file; nothing is written there.
    private static void ReadHeader(byte[] bytes, string folder)
    {
        byte[] prefix = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(prefix, (ulong)bytes.Length);
        string file = Write(folder, "model.safetensors", [.. prefix, .. bytes]);
        using (FileStream stream = File.OpenWrite(file))
        {
            stream.SetLength(prefix.Length + bytes.Length + LargestNumber(bytes));
        }

        using SafetensorsCheckpoint checkpoint = SafetensorsCheckpoint.Open(file);
        foreach (SafetensorsTensor tensor in checkpoint.Tensors.Values.Where(tensor => tensor.ByteLength > 0))
        {
            tensor.ReadBytes(tensor.ByteLength - 1, new byte[1]);
        }
    }

    private static long LargestNumber(byte[] bytes)
    {
        long largest = 0, number = 0;
        foreach (byte digit in bytes)
        {
            number = char.IsAsciiDigit((char)digit) ? (number * 10) + digit - '0' : 0;
            number = number <= LongestData ? number : 0;
            largest = Math.Max(largest, number);
        }

        return largest;
    }

    private static string Write(string folder, string name, byte[] bytes)
    {
        string path = Path.Combine(folder, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
