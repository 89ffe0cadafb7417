using ModelPack.Runtime.Generation;

namespace ModelPack.Runtime.Sessions;

/// <summary>
/// What genai_config.json says about a decoder: names of inputs and outputs (ONNX Runtime GenAI's defaults where it names
/// none), limits and stop tokens. Reading is validating: MPK4003 names the field.
/// </summary>
internal sealed record GenAiSettings
{
    /// <summary>Name of the file below the folder.</summary>
    public const string FileName = "genai_config.json";

    /// <summary>Full path of the file read.</summary>
    public required string File { get; init; }

    /// <summary>File of the graph, relative to the folder.</summary>
    public required string ModelFile { get; init; }

    /// <summary>Most tokens of a prompt and its continuation together.</summary>
    public required int ContextLength { get; init; }

    /// <summary>Number of token ids of the model.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Ids that end a text.</summary>
    public required IReadOnlyList<int> EosIds { get; init; }

    /// <summary>The id that begins a text, if there is one.</summary>
    public required int? BosId { get; init; }

    /// <summary>Elements of one head in the cache; 0 when not given.</summary>
    public required int HeadSize { get; init; }

    /// <summary>Layers; 0 when not given.</summary>
    public required int Layers { get; init; }

    /// <summary>How tokens are chosen when neither the caller nor generation_config.json says.</summary>
    public required GenerationDefaults Search { get; init; }

    /// <summary>Name of the token ids.</summary>
    public required string InputIds { get; init; }

    /// <summary>Name of the attention mask.</summary>
    public required string AttentionMask { get; init; }

    /// <summary>Name of the positions, for graphs that have such an input.</summary>
    public required string PositionIds { get; init; }

    /// <summary>Name of a layer's past keys, <c>%d</c> standing for the layer.</summary>
    public required string PastKey { get; init; }

    /// <summary>Name of a layer's past values.</summary>
    public required string PastValue { get; init; }

    /// <summary>Name of the state that a short convolution reads.</summary>
    public required string PastConvolution { get; init; }

    /// <summary>Name of the logits.</summary>
    public required string Logits { get; init; }

    /// <summary>Name of a layer's keys after the step.</summary>
    public required string PresentKey { get; init; }

    /// <summary>Name of a layer's values after the step.</summary>
    public required string PresentValue { get; init; }

    /// <summary>Name of the state that a short convolution writes.</summary>
    public required string PresentConvolution { get; init; }

    /// <summary>Reads the file of a packed folder.</summary>
    public static GenAiSettings Read(string file)
    {
        using var document = JsonFile.Open(file, RuntimeErrors.BadConfig);
        var model = document.Root.Object("model");
        var decoder = model.Object("decoder");
        var inputs = decoder.ObjectOrEmpty("inputs");
        var outputs = decoder.ObjectOrEmpty("outputs");
        return new GenAiSettings
        {
            File = file,
            ModelFile = decoder.Text("filename", null),
            ContextLength = model.Integer("context_length", 1, int.MaxValue),
            VocabularySize = model.Integer("vocab_size", 1, int.MaxValue),
            EosIds = model.Integers("eos_token_id"),
            BosId = model.IntegerOrNull("bos_token_id", 0, int.MaxValue),
            HeadSize = decoder.IntegerOrNull("head_size", 1, 1 << 16) ?? 0,
            Layers = decoder.IntegerOrNull("num_hidden_layers", 1, 1 << 16) ?? 0,
            Search = GenerationDefaults.Read(document.Root.ObjectOrEmpty("search")),
            InputIds = inputs.Text("input_ids", "input_ids"),
            AttentionMask = inputs.Text("attention_mask", "attention_mask"),
            PositionIds = inputs.Text("position_ids", "position_ids"),
            PastKey = inputs.Text("past_key_names", "past_key_values.%d.key"),
            PastValue = inputs.Text("past_value_names", "past_key_values.%d.value"),
            PastConvolution = inputs.Text("past_conv_names", "past.%d.conv"),
            Logits = outputs.Text("logits", "logits"),
            PresentKey = outputs.Text("present_key_names", "present.%d.key"),
            PresentValue = outputs.Text("present_value_names", "present.%d.value"),
            PresentConvolution = outputs.Text("present_conv_names", "present.%d.conv"),
        };
    }
}
