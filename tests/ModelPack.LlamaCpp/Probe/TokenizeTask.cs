namespace ModelPack.LlamaCpp.Probe;

/// <summary>Tokens of texts.</summary>
internal sealed record TokenizeTask(string Model, string[] Texts, bool AddSpecial, bool ParseSpecial) : ProbeTask
{
    public override object Run()
    {
        using LlamaModel model = LlamaModel.Load(Model, vocabularyOnly: true);
        return Texts.Select(text => model.Vocabulary.Tokenize(text, AddSpecial, ParseSpecial)).ToArray();
    }
}
