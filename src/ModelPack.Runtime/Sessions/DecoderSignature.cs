using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace ModelPack.Runtime.Sessions;

/// <summary>
/// Inputs and outputs of a decoder graph, checked against genai_config.json: whatever does not fit is refused with MPK4005
/// before the first run.
/// </summary>
internal sealed record DecoderSignature
{
    private static readonly TensorElementType[] IdTypes = [TensorElementType.Int64, TensorElementType.Int32];
    private static readonly TensorElementType[] LogitsTypes = [TensorElementType.Float, TensorElementType.Float16, TensorElementType.BFloat16];

    private static readonly TensorElementType[] CacheTypes =
        [TensorElementType.Float, TensorElementType.Float16, TensorElementType.BFloat16, TensorElementType.Int8, TensorElementType.UInt8];

    /// <summary>Token ids [1, tokens of the step].</summary>
    public required TensorSlot InputIds { get; init; }

    /// <summary>Ones [1, tokens so far and of the step], or null when the graph has no such input.</summary>
    public required TensorSlot? AttentionMask { get; init; }

    /// <summary>Positions [1, tokens of the step], or null when the graph has no such input.</summary>
    public required TensorSlot? PositionIds { get; init; }

    /// <summary>Logits [1, tokens of the step or 1, vocabulary].</summary>
    public required TensorSlot Logits { get; init; }

    /// <summary>Keys and values of every layer.</summary>
    public required IReadOnlyList<CacheSlot> Caches { get; init; }

    /// <summary>States of the layers that keep one in place of keys and values.</summary>
    public required IReadOnlyList<StateSlot> States { get; init; }

    /// <summary>Token ids that the graph knows.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Bytes of keys and values that one token takes in all layers.</summary>
    public long CacheBytesPerToken => Caches.Sum(cache => cache.BytesPerToken);

    /// <summary>Reads and checks the graph's inputs and outputs.</summary>
    /// <param name="inputs">The session's inputs.</param>
    /// <param name="outputs">The session's outputs.</param>
    /// <param name="settings">Names and sizes of genai_config.json.</param>
    /// <param name="modelFile">The graph's file, for messages.</param>
    public static DecoderSignature Read(
        IReadOnlyDictionary<string, NodeMetadata> inputs,
        IReadOnlyDictionary<string, NodeMetadata> outputs,
        GenAiSettings settings,
        string modelFile)
    {
        var reader = new Reader(inputs, outputs, settings, modelFile);
        (var caches, var states) = reader.Layers();
        var ids = reader.Input(settings.InputIds, IdTypes);
        var mask = reader.OptionalInput(settings.AttentionMask, IdTypes);
        var positions = reader.OptionalInput(settings.PositionIds, IdTypes);
        reader.RefuseOtherInputs(ids, mask, positions, caches, states);
        return new DecoderSignature
        {
            InputIds = ids,
            AttentionMask = mask,
            PositionIds = positions,
            Logits = reader.Output(settings.Logits, LogitsTypes),
            Caches = caches,
            States = states,
            VocabularySize = reader.Vocabulary(),
        };
    }

    private sealed class Reader(
        IReadOnlyDictionary<string, NodeMetadata> inputs,
        IReadOnlyDictionary<string, NodeMetadata> outputs,
        GenAiSettings settings,
        string modelFile)
    {
        public (List<CacheSlot> Caches, List<StateSlot> States) Layers()
        {
            var caches = new List<CacheSlot>();
            var states = new List<StateSlot>();
            for (int layer = 0; ; layer++)
            {
                if (inputs.ContainsKey(Numbered(settings.PastKey, layer)))
                {
                    caches.Add(Cache(Numbered(settings.PastKey, layer), Numbered(settings.PresentKey, layer)));
                    caches.Add(Cache(Numbered(settings.PastValue, layer), Numbered(settings.PresentValue, layer)));
                }
                else if (inputs.ContainsKey(Numbered(settings.PastConvolution, layer)))
                {
                    states.Add(State(Numbered(settings.PastConvolution, layer), Numbered(settings.PresentConvolution, layer)));
                }
                else
                {
                    break;
                }
            }

            if (caches.Count == 0)
            {
                throw Bad($"has no input named {Numbered(settings.PastKey, 0)}");
            }

            int layers = (caches.Count / 2) + states.Count;
            return settings.Layers == 0 || settings.Layers == layers
                ? (caches, states)
                : throw Bad($"has {layers} layers where {GenAiSettings.FileName} says {settings.Layers}");
        }

        public TensorSlot Input(string name, TensorElementType[] types) => Slot(inputs, "input", name, types);

        public TensorSlot Output(string name, TensorElementType[] types) => Slot(outputs, "output", name, types);

        public TensorSlot? OptionalInput(string name, TensorElementType[] types) => inputs.ContainsKey(name) ? Input(name, types) : null;

        public int Vocabulary()
        {
            int[] dims = outputs[settings.Logits].Dimensions;
            int last = dims.Length == 3 ? dims[2] : throw Bad($"has logits of {dims.Length} dimensions instead of 3");
            return last < 0 || last == settings.VocabularySize
                ? settings.VocabularySize
                : throw Bad($"has logits for {last} token ids where {GenAiSettings.FileName} says {settings.VocabularySize}");
        }

        public void RefuseOtherInputs(TensorSlot ids, TensorSlot? mask, TensorSlot? positions, List<CacheSlot> caches, List<StateSlot> states)
        {
            var known = new HashSet<string>(caches.Select(cache => cache.Past.Name).Concat(states.Select(state => state.Past.Name))) { ids.Name };
            known.UnionWith(new[] { mask, positions }.OfType<TensorSlot>().Select(slot => slot.Name));
            if (inputs.Keys.FirstOrDefault(name => !known.Contains(name)) is { } other)
            {
                throw Bad($"has an input {other} that ModelPack does not know how to fill");
            }
        }

        private CacheSlot Cache(string past, string present)
        {
            var slot = Input(past, CacheTypes);
            int[] dims = inputs[past].Dimensions;
            if (dims.Length != 4 || dims[1] <= 0)
            {
                throw Bad($"has a cache {past} that is not [batch, heads, tokens, head size] with a fixed number of heads");
            }

            int headSize = dims[3] > 0 ? dims[3] : settings.HeadSize;
            return headSize > 0
                ? new CacheSlot(slot, Output(present, [slot.Type]), dims[1], headSize)
                : throw Bad($"leaves the head size of {past} open, and {GenAiSettings.FileName} has no model.decoder.head_size");
        }

        private StateSlot State(string past, string present)
        {
            var slot = Input(past, LogitsTypes);
            return inputs[past].Dimensions is [_, > 0 and var width, > 0 and var tokens]
                ? new StateSlot(slot, Output(present, [slot.Type]), width, tokens)
                : throw Bad($"has a state {past} that is not [batch, channels, tokens] with fixed sizes");
        }

        private TensorSlot Slot(IReadOnlyDictionary<string, NodeMetadata> slots, string kind, string name, TensorElementType[] types)
        {
            if (!slots.TryGetValue(name, out var metadata))
            {
                throw Bad($"has no {kind} named {name}");
            }

            return metadata.IsTensor && types.Contains(metadata.ElementDataType)
                ? new TensorSlot(name, metadata.ElementDataType)
                : throw Bad($"has an {kind} {name} that is not of type {string.Join(" or ", types)}");
        }

        private static string Numbered(string pattern, int layer) =>
            pattern.Replace("%d", layer.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);

        private ModelPackException Bad(string wrong) =>
            new(RuntimeErrors.GraphMismatch, $"{modelFile} {wrong}; the graph and {GenAiSettings.FileName} do not belong together, pack the model again.");
    }
}
