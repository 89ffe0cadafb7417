using System.Globalization;
using System.Text;
using System.Text.Json;
using ModelPack.Formats.Safetensors;
using ModelPack.Packing;
using ModelPack.Packing.OnnxModels;
using ModelPack.Packing.Recipes;
using ModelPack.Packing.Sources;
using ModelPack.Packing.Store;

namespace ModelPack.Benchmarks.Encoders;

/// <summary>
/// <c>encoders [--rounds N] [--profile]</c>: the real sentence encoder of shared/ as float32, as ONNX Runtime's own dynamic int8, and as our
/// packs: sizes, distance to the reference embeddings, ranking, sentences a second in one run. Writes docs/encoders.md.
/// </summary>
internal static class EncodersCommand
{
    // Written into the work folder: sentences of our own, none of them among the reference texts.
    private const string SampleFile = "samples.txt";

    private const string ModelName = "models/paraphrase-minilm-l3-v2";

    private static readonly (string Name, (string Name, string Value)[] Settings)[] Packs =
    [
        ("`Bits=\"8\"`", [("Bits", "8")]),

        ("`Bits=\"8\" Method=\"static\"`", [("Bits", "8"), ("Method", "static"), ("Calibration", SampleFile)]),
        ("`Bits=\"8\" Method=\"rtn\"`", [("Bits", "8"), ("Method", "rtn")]),
        ("`Bits=\"8\" Method=\"rtn\" GroupSize=\"128\"`", [("Bits", "8"), ("Method", "rtn"), ("GroupSize", "128")]),
        ("`Bits=\"4\"`", [("Bits", "4")]),
    ];

    public static int Run(string[] args)
    {
        string folder = Path.Combine(Repository.Shared(), ModelName);
        if (!Directory.Exists(folder))
        {
            Console.Error.WriteLine($"{folder} is not there.");
            return 1;
        }

        bool profile = args.Contains("--profile");
        string work = Directory.CreateTempSubdirectory("modelpack-encoders-").FullName;
        var contestants = new List<EncoderContestant>();
        try
        {
            using EncoderSource source = EncoderSource.Open(folder);
            using OnnxModel model = source.Load(work, CancellationToken.None);
            contestants.Add(new EncoderContestant("float32", model.File, profile));
            contestants.Add(new EncoderContestant("ONNX Runtime dynamic int8", DynamicPeer.Write(model, work), profile));
            contestants.AddRange(Packs.Select(pack => new EncoderContestant(pack.Name, Pack(folder, work, pack.Settings), profile)));
            string table = Compare(folder, contestants, Option(args, "--rounds", 40));
            Console.Write(table);
            if (profile)
            {
                contestants.ForEach(contestant => Console.WriteLine(contestant.EndProfiling()));
            }
            else
            {
                EncodersPage.Write(table);
            }

            return 0;
        }
        finally
        {
            contestants.ForEach(contestant => contestant.Dispose());
            Directory.Delete(work, recursive: true);
        }
    }

    private static string Pack(string folder, string work, (string Name, string Value)[] settings)
    {
        string samples = Path.Combine(work, SampleFile);
        File.WriteAllLines(samples, SampleTexts.Sentences);
        string output = Path.Combine(work, $"packed-{string.Join('-', settings.Select(setting => setting.Value))}");
        using PackStore store = PackStore.Open(Path.Combine(work, "store"));
        Recipe recipe = Recipe.Parse(settings.ToDictionary(setting => setting.Name, setting => setting.Value == SampleFile ? samples : setting.Value));
        PackResult packed = Packer.PackAsync(new PackRequest(folder, recipe, store, OutputFolder: output)).GetAwaiter().GetResult();
        return Path.Combine(packed.Folder, "model.onnx");
    }

    private static string Compare(string folder, List<EncoderContestant> contestants, int rounds)
    {
        int[][] texts = Ids(folder);
        float[][] reference = Reference(folder, texts.Length);
        EncoderBatch[] single = [.. texts.Select(text => new EncoderBatch([text]))];
        EncoderBatch[] sixteen = [.. texts[..32].OrderBy(text => text.Length).Chunk(16).Select(chunk => new EncoderBatch(chunk))];
        for (int round = 0; round < rounds; round++)
        {
            foreach (EncoderContestant contestant in contestants)
            {
                contestant.Pass(1, single);
                contestant.Pass(16, sixteen);
            }
        }

        var table = new StringBuilder("| model | MB | smallest cosine | mean cosine | top-5 | pairs | sentences/s, batch 1 | by float32 | batch 16 | by float32 |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n");
        foreach (EncoderContestant contestant in contestants)
        {
            EncoderQuality quality = EncoderQuality.Of(reference, [.. single.SelectMany(contestant.Embed)]);
            double megabytes = new[] { contestant.File, contestant.File + ".data" }.Where(File.Exists).Sum(file => new FileInfo(file).Length) / 1e6;
            string Rate(int size, int count) => string.Create(CultureInfo.InvariantCulture, $"{count / contestant.Best[size]:0} | {contestants[0].Best[size] / contestant.Best[size]:0.00}");
            table.Append(CultureInfo.InvariantCulture, $"| {contestant.Name} | {megabytes:0.0} | {quality.SmallestCosine:0.00000} | {quality.MeanCosine:0.00000} | {quality.Top5:0.000} | {quality.Pairs:0.000} | {Rate(1, texts.Length)} | {Rate(16, 32)} |\n");
        }

        return table.ToString();
    }

    private static int[][] Ids(string folder)
    {
        using JsonDocument expected = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "expected.json")));
        return [.. expected.RootElement.GetProperty("ids").EnumerateArray().Select(row => row.EnumerateArray().Select(id => id.GetInt32()).ToArray())];
    }

    private static float[][] Reference(string folder, int count)
    {
        using SafetensorsCheckpoint expected = SafetensorsCheckpoint.Open(Path.Combine(folder, "expected.safetensors"));
        SafetensorsTensor tensor = expected.Tensors["embeddings"];
        int width = (int)(tensor.ElementCount / count);
        var rows = new float[count][];
        for (int i = 0; i < count; i++)
        {
            rows[i] = new float[width];
            tensor.ReadFloat32((long)i * width, rows[i]);
        }

        return rows;
    }

    private static int Option(string[] args, string name, int fallback) =>
        Array.IndexOf(args, name) is var at and >= 0 ? int.Parse(args[at + 1], CultureInfo.InvariantCulture) : fallback;
}
