using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using ModelPack.Formats.Safetensors;
using ModelPack.Packing.Architectures;
using ModelPack.Packing.Architectures.Families;
using ModelPack.Tests;

namespace ModelPack.Packing.Tests.Architectures;

/// <summary>One folder of shared/goldens/models: a tiny checkpoint and what the reference implementation computes from it.</summary>
internal sealed class GoldenCase : IDisposable
{
    private GoldenCase(string name, string folder, float tolerance)
    {
        Name = name;
        Folder = folder;
        Tolerance = tolerance;
        Checkpoint = SafetensorsCheckpoint.Open(folder);
        Expected = SafetensorsCheckpoint.Open(Path.Combine(folder, "expected.safetensors"));
    }

    public string Name { get; }

    /// <summary>config.json's model_type.</summary>
    public string ModelType { get; private init; } = string.Empty;

    public string Folder { get; }

    /// <summary>Absolute tolerance of the logits, as the README of the goldens defines it.</summary>
    public float Tolerance { get; }

    public SafetensorsCheckpoint Checkpoint { get; }

    private SafetensorsCheckpoint Expected { get; }

    /// <summary>Names of the cases of the families that can be packed; without the goldens one name that is skipped.</summary>
    public static TheoryData<string> Names() => Names(_ => true);

    /// <summary>Names of the cases of the families that can be packed.</summary>
    public static IReadOnlyList<string> Packable =>
        [.. Cases().Where(c => FamilyTable.Families.Any(family => family.ModelType == c.Value.GetProperty("model_type").GetString())).Select(c => c.Name)];

    /// <summary>Names of all decoders among the cases, the base of adapters included, whether their family can be packed or not.</summary>
    public static IReadOnlyList<string> Decoders => [.. Cases().Where(c => c.Value.GetProperty("kind").GetString() != "encoder").Select(c => c.Name)];

    /// <summary>Names of the encoders among the cases.</summary>
    public static IReadOnlyList<string> Encoders => [.. Cases().Where(c => c.Value.GetProperty("kind").GetString() == "encoder").Select(c => c.Name)];

    /// <summary>The expected tensor's shape.</summary>
    public IReadOnlyList<long> Shape(string tensor) => Expected.Tensors[tensor].Shape;

    /// <summary>True when the expected outputs hold a certain tensor.</summary>
    public bool Has(string tensor) => Expected.Tensors.ContainsKey(tensor);

    /// <summary>Names of the cases whose expected outputs hold a certain tensor.</summary>
    public static TheoryData<string> NamesWith(string tensor) => Names(name =>
    {
        using GoldenCase golden = Open(name);
        return golden.Has(tensor);
    });

    public static GoldenCase Open(string name)
    {
        string folder = SharedFolder.Require($"goldens/models/{name}");
        JsonElement entry = Cases().Single(c => c.Name == name).Value;
        double noise = Math.Max(entry.GetProperty("noise_f64").GetDouble(), entry.TryGetProperty("noise_sdpa", out JsonElement sdpa) && sdpa.ValueKind == JsonValueKind.Number ? sdpa.GetDouble() : 0);
        return new GoldenCase(name, folder, (float)RoundUp(Math.Max(10 * noise, 5e-5))) { ModelType = entry.GetProperty("model_type").GetString()! };
    }

    public DecoderArchitecture Architecture(string config = "config.json") => DecoderArchitecture.Read(Path.Combine(Folder, config), Checkpoint.Tensors);

    public float[] Floats(string tensor)
    {
        SafetensorsTensor found = Expected.Tensors[tensor];
        var values = new float[found.ElementCount];
        found.ReadFloat32(0, values);
        return values;
    }

    public long[] Ids(string tensor)
    {
        SafetensorsTensor found = Expected.Tensors[tensor];
        var values = new long[found.ElementCount];
        found.ReadBytes(0, MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

    public void Dispose()
    {
        Checkpoint.Dispose();
        Expected.Dispose();
    }

    private static TheoryData<string> Names(Func<string, bool> where)
    {
        string[] names = [.. Packable.Where(where)];
        return names.Length == 0 ? ["without-goldens"] : [.. names];
    }

    private static IEnumerable<JsonProperty> Cases()
    {
        string? index = SharedFolder.Find("goldens/models/index.json");
        if (index is null)
        {
            return [];
        }

        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(index));
        return [.. document.RootElement.GetProperty("cases").Clone().EnumerateObject()];
    }

    /// <summary>Up to one significant digit.</summary>
    private static double RoundUp(double value)
    {
        double unit = Math.Pow(10, Math.Floor(Math.Log10(value)));
        return double.Parse((Math.Ceiling(Math.Round(value / unit, 6)) * unit).ToString("E0", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
    }
}
