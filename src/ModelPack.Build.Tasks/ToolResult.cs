using System.Runtime.Serialization.Json;
using System.Xml;
using System.Xml.Linq;

namespace ModelPack.Build;

/// <summary>Reads the result file of <c>build-plan</c> and <c>build-run</c>.</summary>
internal static class ToolResult
{
    /// <summary>
    /// The models of a result, in the order of the request. Only those that were in the store have a summary: of the others, the
    /// tool speaks itself when it has packed them.
    /// </summary>
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
        catch (Exception exception) when (exception is XmlException or InvalidOperationException)
        {
            throw new FormatException("it is not JSON: " + exception.Message, exception);
        }

        XElement models = root.Element("models") ?? throw new FormatException("it has no models");
        return models.Elements().Select(Model).ToArray();
    }

    private static PlannedModel Model(XElement model) => new(
        Required(model, "include"),
        Required(model, "name"),
        Required(model, "key"),
        Required(model, "folder"),
        Texts(model, "files"),
        Texts(model, "inputs"),
        (string?)model.Element("cached") == "true" ? (string?)model.Element("summary") ?? "" : "",
        (string?)model.Element("limitsPending") == "true");

    private static string Required(XElement model, string name) =>
        (string?)model.Element(name) is { Length: > 0 } value ? value : throw new FormatException($"a model has no {name}");

    private static string[] Texts(XElement model, string name) =>
        model.Element(name)?.Elements().Select(element => element.Value).ToArray() ?? throw new FormatException($"a model has no {name}");
}
