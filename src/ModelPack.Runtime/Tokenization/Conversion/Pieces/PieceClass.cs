namespace ModelPack.Runtime.Tokenization.Conversion.Pieces;

/// <summary>
/// What one of the reference implementation's tokenizers makes of a SentencePiece model. The facts are those of its conversions to tokenizer.json.
/// </summary>
/// <param name="Name">Name in tokenizer_config.json.</param>
/// <param name="Roles">Tokens by role, without the ending <c>_token</c>, where no file says.</param>
internal sealed record PieceClass(string Name, params (string Role, string Token)[] Roles)
{
    private static readonly (string, string)[] Bart = [("bos", "<s>"), ("eos", "</s>"), ("unk", "<unk>"), ("sep", "</s>"), ("pad", "<pad>"), ("cls", "<s>"), ("mask", "<mask>")];

    private static readonly PieceClass[] All =
    [
        new("LlamaTokenizer", ("unk", "<unk>"), ("bos", "<s>"), ("eos", "</s>")) { Form = PieceForm.Llama, AddsBos = true },
        new("CodeLlamaTokenizer", ("unk", "<unk>"), ("bos", "<s>"), ("eos", "</s>")) { Form = PieceForm.Llama, AddsBos = true },
        new("GemmaTokenizer", ("unk", "<unk>"), ("bos", "<bos>"), ("eos", "<eos>"), ("pad", "<pad>")) { Form = PieceForm.Gemma, AddsBos = true },
        new("T5Tokenizer", ("eos", "</s>"), ("unk", "<unk>"), ("pad", "<pad>"))
        {
            HasSentinels = true,
            Single = "$A {eos}",
            Pair = "$A {eos} $B {eos}",
        },
        new("XLMRobertaTokenizer", Bart)
        {
            Front = ["<s>", "<pad>", "</s>", "<unk>"],
            Skipped = 3,
            Back = ["<mask>"],
            Single = "{cls} $A {sep}",
            Pair = "{cls} $A {sep} {sep} $B {sep}",
        },
        new("CamembertTokenizer", Bart)
        {
            Front = ["<s>NOTUSED", "<pad>", "</s>NOTUSED", "<unk>", "<unk>NOTUSED"],
            Skipped = 1,
            Back = ["<mask>"],
            Single = "{cls} $A {sep}",
            Pair = "{cls} $A {sep} {sep} $B {sep}",
        },
        new("XGLMTokenizer", ("bos", "<s>"), ("eos", "</s>"), ("unk", "<unk>"), ("pad", "<pad>"), ("sep", "</s>"))
        {
            Front = ["<s>", "<pad>", "</s>", "<unk>"],
            Skipped = 3,
            Back = ["<madeupword0>", "<madeupword1>", "<madeupword2>", "<madeupword3>", "<madeupword4>", "<madeupword5>", "<madeupword6>"],
            Single = "{sep} $A",
            Pair = "{sep} $A {sep} {sep} $B",
        },
        new("AlbertTokenizer", ("bos", "[CLS]"), ("eos", "[SEP]"), ("unk", "<unk>"), ("sep", "[SEP]"), ("pad", "<pad>"), ("cls", "[CLS]"), ("mask", "[MASK]"))
        {
            Form = PieceForm.Albert,
            Single = "{cls} $A {sep}",
            Pair = "{cls} $A {sep} $B:1 {sep}:1",
        },
        new("DebertaV2Tokenizer", ("bos", "[CLS]"), ("eos", "[SEP]"), ("unk", "[UNK]"), ("sep", "[SEP]"), ("pad", "[PAD]"), ("cls", "[CLS]"), ("mask", "[MASK]"))
        {
            Form = PieceForm.Deberta,
            Single = "{cls} $A {sep}",
            Pair = "{cls} $A {sep} $B:1 {sep}:1",
        },
    ];

    /// <summary>Names of all.</summary>
    public static IEnumerable<string> Names => All.Select(known => known.Name);

    /// <summary>How text becomes pieces.</summary>
    public PieceForm Form { get; private init; } = PieceForm.OfModel;

    /// <summary>Tokens that stand before the pieces of the file.</summary>
    public string[] Front { get; private init; } = [];

    /// <summary>Pieces of the file that they replace.</summary>
    public int Skipped { get; private init; }

    /// <summary>Tokens behind the pieces.</summary>
    public string[] Back { get; private init; } = [];

    /// <summary>T5's sentinels stand behind the pieces, the last of them first.</summary>
    public bool HasSentinels { get; private init; }

    /// <summary>Texts begin with the bos token unless a file says otherwise.</summary>
    public bool AddsBos { get; private init; }

    /// <summary>What stands around one text (<see cref="EdgeLayout.Parse"/>); null: bos and eos where they are asked for.</summary>
    public string? Single { get; private init; }

    /// <summary>What stands around two texts.</summary>
    public string? Pair { get; private init; }

    /// <summary>The class of a name, or null; a folder that names none has a model that says all.</summary>
    public static PieceClass? Find(string? name) => name is null ? new PieceClass("") : Array.Find(All, known => known.Name == name);
}
