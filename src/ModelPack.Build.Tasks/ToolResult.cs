using System.Runtime.Serialization.Json;
using System.Xml;
using System.Xml.Linq;

namespace ModelPack.Build;

/// <summary>Reads the result file of <c>build-plan</c> and <c>build-run</c>.</summary>
internal static class ToolResult
{
    /// <summary>The models of a result, in the order of the request.</summary>
    /// <exception cref="FormatException">The file is not a result; the message says why.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IReadOnlyList<PlannedModel> Read(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        XElement root;
        try
        {
            using XmlDictionaryReader reader = JsonReaderWriterFactory.CreateJsonReader(bytes, XmlDictionaryReaderQuotas.Max);
            root = XElement.Load(reader);
        }
        catch (XmlException exception)
        {
            throw new FormatException("it is not JSON: " + exception.Message, exception);
        }

        XElement models = root.Element("models") ?? throw new FormatException("it has no models");
        return models.Elements().Select(Model).ToArray();
    }

    private static PlannedModel Model(XElement model) => new()
    {
        Include = Required(model, "include"),
        Name = Required(model, "name"),
        Key = Required(model, "key"),
        Folder = Required(model, "folder"),
        Files = Texts(model, "files"),
        Inputs = Texts(model, "inputs"),
        Cached = (string?)model.Element("cached") == "true",
        Summary = (string?)model.Element("summary") ?? "",
    };

    private static string Required(XElement model, string name) =>
        (string?)model.Element(name) is { Length: > 0 } value ? value : throw new FormatException($"a model has no {name}");

    private static string[] Texts(XElement model, string name) =>
        model.Element(name)?.Elements().Select(element => element.Value).ToArray() ?? throw new FormatException($"a model has no {name}");
}
