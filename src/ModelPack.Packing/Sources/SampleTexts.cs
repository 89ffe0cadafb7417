using System.Text;
using System.Text.Json;
using ModelPack.Packing.Calibration;

namespace ModelPack.Packing.Sources;

/// <summary>Texts to measure an encoder on: one for each line of a file, or sentences of our own.</summary>
internal static class SampleTexts
{
    private static readonly string[] Extensions = [".txt", ".jsonl"];

    /// <summary>Sentences of our own.</summary>
    public static IReadOnlyList<string> Sentences { get; } =
    [
        "The train to the coast leaves at half past seven, and the tickets are sold at the counter only.",
        "How do I reset my password?",
        "Quarterly revenue grew by 12 percent to 4.7 million dollars, mostly because of new customers abroad.",
        "A recipe for tomato soup: chop two onions, fry them gently in oil, add a kilo of ripe tomatoes and a litre of water, let it simmer for half an hour, then blend it and season it with salt, pepper and basil.",
        "red shoes",
        "public static int Add(int a, int b) => a + b; // returns the sum",
        "Der Hund schläft unter dem Tisch, während es draußen regnet.",
        "The patient was given 5 mg twice daily; no side effects were reported after three weeks.",
        "Is this phone waterproof, and how long does its battery last when I listen to music on a bus?",
        "La bibliothèque ferme à dix-huit heures le samedi.",
        "According to the contract, either party may end the agreement with a notice of three months, unless the other party has failed to meet its obligations under section 4, in which case it may be ended at once.",
        "Great product!",
        "In 1969 two people walked on the Moon for the first time while a third one circled above them.",
        "El precio incluye el desayuno y el traslado al aeropuerto.",
        "error: connection to 10.0.0.12:5432 refused (timeout after 30000 ms)",
        "She closed the book, looked out of the window for a while and decided to write to her sister after all.",
    ];

    /// <summary>True for the name of a file of texts.</summary>
    public static bool IsText(string path) => Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    /// <summary>The texts of a file: its lines that are not empty; of a .jsonl file what its objects have as "text".</summary>
    /// <exception cref="ModelPackException">MPK1601: not readable; MPK1602: no text; MPK1603: a line is no such object.</exception>
    public static IReadOnlyList<string> Read(string file, int most)
    {
        bool objects = Path.GetExtension(file).Equals(Extensions[1], StringComparison.OrdinalIgnoreCase);
        var texts = new List<string>();
        string[] lines = Lines(file);
        for (int i = 0; i < lines.Length && texts.Count < most; i++)
        {
            if (!string.IsNullOrWhiteSpace(lines[i]))
            {
                texts.Add(objects ? TextOf(file, i + 1, lines[i]) : lines[i].Trim());
            }
        }

        return texts.Count > 0 ? texts : throw new ModelPackException(CalibrationErrors.TextTooShort, $"{file} has no text to calibrate with; give some lines like those the model will meet.");
    }

    private static string[] Lines(string file)
    {
        try
        {
            return File.ReadAllLines(file, Encoding.UTF8);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelPackException(CalibrationErrors.TextUnreadable, $"{file} cannot be read ({e.Message.TrimEnd('.')}); check the path of the calibration text.", e);
        }
    }

    private static string TextOf(string file, int number, string line)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            return document.RootElement.GetProperty("text").GetString() ?? throw new InvalidOperationException("text is null");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new ModelPackException(CalibrationErrors.BadLine, $"{file}: line {number} is no object with \"text\" ({e.Message.TrimEnd('.')}); write one JSON object a line.", e);
        }
    }
}
