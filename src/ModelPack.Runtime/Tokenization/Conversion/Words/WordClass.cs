namespace ModelPack.Runtime.Tokenization.Conversion.Words;

/// <summary>What one of the reference implementation's WordPiece tokenizers adds to its vocabulary.</summary>
/// <param name="Name">Name in tokenizer_config.json.</param>
/// <param name="Single">What stands around one text (<see cref="EdgeLayout.Parse"/>).</param>
/// <param name="Pair">What stands around two texts.</param>
/// <param name="Roles">Tokens by role, without the ending <c>_token</c>, where no file says.</param>
internal sealed record WordClass(string Name, string Single, string Pair, params (string Role, string Token)[] Roles)
{
    private const string BertSingle = "{cls} $A {sep}";
    private const string BertPair = "{cls} $A {sep} $B:1 {sep}:1";

    private static readonly (string, string)[] Bert = [("unk", "[UNK]"), ("sep", "[SEP]"), ("pad", "[PAD]"), ("cls", "[CLS]"), ("mask", "[MASK]")];

    private static readonly WordClass[] All =
    [
        new("BertTokenizer", BertSingle, BertPair, Bert),
        new("DistilBertTokenizer", BertSingle, BertPair, Bert),
        new("ElectraTokenizer", BertSingle, BertPair, Bert),
        new("MobileBertTokenizer", BertSingle, BertPair, Bert),

        // MPNet sets two separators between texts.
        new("MPNetTokenizer", BertSingle, "{cls} $A {sep} {sep} $B:1 {sep}:1", ("bos", "<s>"), ("eos", "</s>"), ("unk", "[UNK]"), ("sep", "</s>"), ("pad", "<pad>"), ("cls", "<s>"), ("mask", "<mask>")),
    ];

    public static IEnumerable<string> Names => All.Select(known => known.Name);

    /// <summary>The class of a name, or null; BERT's where there is no name.</summary>
    public static WordClass? Find(string? name) => name is null ? All[0] : Array.Find(All, known => known.Name == name);
}
