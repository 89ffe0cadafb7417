using ModelPack.Formats.Onnx;
using ModelPack.Formats.Onnx.Protobuf;
using ModelPack.Packing.Manifests;
using ModelPack.Packing.OnnxModels.Running;
using ModelPack.Packing.OnnxModels.Samples;
using ModelPack.Packing.Recipes;
using ModelPack.Packing.Tests.Road;

namespace ModelPack.Packing.Tests.OnnxModels;

/// <summary>An .onnx file in a folder of its own, with a store of its own; removed at the end.</summary>
internal sealed class OnnxFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("modelpack-onnx-");
    private readonly TemporaryStore _store = new();

    public string Root => _folder.FullName;

    public string File => Path.Combine(Root, "model.onnx");

    /// <summary>Codes and sentences of the warnings so far.</summary>
    public List<(string Code, string Sentence)> Warnings { get; } = [];

    public static OnnxFolder With(ModelProto model)
    {
        var folder = new OnnxFolder();
        OnnxFile.Write(folder.File, model);
        return folder;
    }

    public static IReadOnlyDictionary<string, SampleTensor> Run(string file, params (string Name, SampleTensor Values)[] inputs)
    {
        using ModelSession session = ModelSession.Open(file, 1, asDeployed: true);
        return session.Run(new SampleInput("test", inputs.ToDictionary(input => input.Name, input => input.Values)));
    }

    public PackRequest Request(string? source = null, params (string Name, string Value)[] settings) =>
        new(source ?? File, Recipe.Parse(settings.Select(setting => KeyValuePair.Create(setting.Name, setting.Value))), _store.Store, Threads: 1)
        {
            Warning = (code, sentence) => Warnings.Add((code, sentence)),
        };

    public Task<PackResult> PackAsync(params (string Name, string Value)[] settings) => Packer.PackAsync(Request(null, settings));

    public async Task<(ManifestOperator[] Operators, string Packed)> PackedAsync(params (string Name, string Value)[] settings)
    {
        PackResult result = await PackAsync(settings);
        return ([.. result.Manifest.Operators!], Path.Combine(result.Folder, "model.onnx"));
    }

    public void Dispose()
    {
        _store.Dispose();
        _folder.Delete(recursive: true);
    }
}
