using ModelPack.Runtime.Tokenization.Loading;
using Part = ModelPack.Runtime.Tokenization.PostProcessors.TemplatePostProcessor.Part;

namespace ModelPack.Runtime.Tokenization.PostProcessors;

/// <summary>"BertProcessing" and "RobertaProcessing": fixed layouts of a token in front and one behind.</summary>
internal static class EdgeTokens
{
    /// <summary>[CLS] A [SEP], and B [SEP] of type 1 behind it.</summary>
    public static PostProcessor Bert(JsonPart part, Func<int, bool> isKnown)
    {
        int[] front = ReadToken(part.Required("cls"), isKnown);
        int[] back = ReadToken(part.Required("sep"), isKnown);
        Part[] single = [new(-1, front, 0), new(0, [], 0), new(-1, back, 0)];
        return new TemplatePostProcessor(single, [.. single, new(1, [], 1), new(-1, back, 1)]);
    }

    /// <summary>&lt;s&gt; A &lt;/s&gt;, and &lt;/s&gt; B &lt;/s&gt; behind it, all of type 0; trims offsets first.</summary>
    public static PostProcessor Roberta(JsonPart part, Func<int, bool> isKnown)
    {
        int[] front = ReadToken(part.Required("cls"), isKnown);
        int[] back = ReadToken(part.Required("sep"), isKnown);
        Part[] single = [new(-1, front, 0), new(0, [], 0), new(-1, back, 0)];
        var layout = new TemplatePostProcessor(single, [.. single, new(-1, back, 0), new(1, [], 0), new(-1, back, 0)]);
        return new PostProcessorSequence([ByteLevelPostProcessor.Read(part), layout]);
    }

    /// <summary>["[SEP]", 102]</summary>
    private static int[] ReadToken(JsonPart part, Func<int, bool> isKnown)
    {
        if (part.Items() is not [_, var id])
        {
            throw part.Invalid("has to be a token and its id");
        }

        int number = id.Number(0, int.MaxValue);
        return isKnown(number) ? [number] : throw part.Invalid($"names the id {number}, which no token has", TokenizerErrors.Contradiction);
    }
}
