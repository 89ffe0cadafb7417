using System.CommandLine;
using ModelPack.Runtime.Generation;

namespace ModelPack.Tool.CommandLine;

/// <summary>The options of <c>run</c> about how tokens are drawn.</summary>
internal sealed class GenerationArguments
{
    private readonly Option<int?> _maxTokens = Number<int?>("--max-tokens", "N", "Most tokens to generate; until the context is full when absent.");
    private readonly Option<float?> _temperature = Number<float?>("--temperature", "T", "0 takes the most likely token each time; higher draws more freely.");
    private readonly Option<int?> _topK = Number<int?>("--top-k", "K", "Draw among the K most likely tokens; 0 is off.");
    private readonly Option<float?> _topP = Number<float?>("--top-p", "P", "Draw among the most likely tokens that together reach probability P.");
    private readonly Option<float?> _minP = Number<float?>("--min-p", "P", "Leave out tokens less likely than P times the most likely one.");
    private readonly Option<float?> _repetitionPenalty = Number<float?>("--repetition-penalty", "X", "Makes tokens that were there before less likely; 1 is off.");
    private readonly Option<float?> _presencePenalty = Number<float?>("--presence-penalty", "X", "Taken off the logit of every token generated before; 0 is off.");
    private readonly Option<float?> _frequencyPenalty = Number<float?>("--frequency-penalty", "X", "Taken off the logit of a token for each time it was generated; 0 is off.");
    private readonly Option<long?> _seed = Number<long?>("--seed", "S", "Start of the random numbers: the same seed gives the same text.");
    private readonly Option<string?> _adapter = new("--adapter") { Description = "An adapter of the model (NAME.onnx_adapter in its folder) that the text goes through; none when absent.", HelpName = "NAME" };
    private readonly Option<string[]> _stop = new("--stop") { Description = "A text at which generation ends; may be given several times.", HelpName = "TEXT" };

    public GenerationArguments(Command command)
    {
        _maxTokens.Validators.Add(Validation.Between(1, int.MaxValue));
        _temperature.Validators.Add(Validation.Between(0.0, 100.0));
        _topK.Validators.Add(Validation.Between(0, int.MaxValue));
        _topP.Validators.Add(Validation.Between(0.0, 1.0));
        _minP.Validators.Add(Validation.Between(0.0, 1.0));
        _repetitionPenalty.Validators.Add(Validation.Between(0.01, 100.0));
        _presencePenalty.Validators.Add(Validation.Between(-100.0, 100.0));
        _frequencyPenalty.Validators.Add(Validation.Between(-100.0, 100.0));
        Option[] options =
        [
            _maxTokens, _temperature, _topK, _topP, _minP, _repetitionPenalty, _presencePenalty, _frequencyPenalty, _seed, _adapter, _stop,
        ];
        Array.ForEach(options, command.Add);
    }

    /// <summary>What was given; the rest is the model's own configuration.</summary>
    public GenerationOptions Read(ParseResult result) => new()
    {
        MaxTokens = result.GetValue(_maxTokens),
        Temperature = result.GetValue(_temperature),
        TopK = result.GetValue(_topK),
        TopP = result.GetValue(_topP),
        MinP = result.GetValue(_minP),
        RepetitionPenalty = result.GetValue(_repetitionPenalty),
        PresencePenalty = result.GetValue(_presencePenalty),
        FrequencyPenalty = result.GetValue(_frequencyPenalty),
        Seed = result.GetValue(_seed),
        Adapter = result.GetValue(_adapter),
        StopStrings = result.GetValue(_stop) ?? [],
    };

    private static Option<T> Number<T>(string name, string helpName, string description) =>
        new(name) { HelpName = helpName, Description = description };
}
