using ModelPack.Packing.Architectures.Encoders;

namespace ModelPack.Packing.Tests.Architectures.Encoders;

/// <summary>One encoder of the goldens, written as a float graph with everything that the reference tells as an output.</summary>
internal sealed class GoldenEncoder : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("modelpack-").FullName;

    public GoldenEncoder(string name, string config = "config.json", bool everyState = true)
    {
        Case = GoldenCase.Open(name);
        using EncoderFolder folder = EncoderFolder.Open(Case.Folder, config);
        Model = folder.Write(_folder, folder.Graph(everyState));
    }

    public GoldenCase Case { get; }

    /// <summary>Path of model.onnx.</summary>
    public string Model { get; }

    /// <summary>Outputs for the reference's three rows: full, padded on the right, short.</summary>
    public Dictionary<string, float[]> Run()
    {
        using var run = new EncoderRun(Model);
        return run.Run(Case.Ids("input_ids"), Case.Ids("attention_mask"), Case.Has("token_type_ids") ? Case.Ids("token_type_ids") : null, Case.Shape("input_ids")[0]);
    }

    public void Dispose()
    {
        Case.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
