using ModelPack.Formats.Npy;
using ModelPack.Formats.Onnx;

namespace ModelPack.Packing.OnnxModels.Samples;

/// <summary>
/// Sample inputs as files: in a folder each .json file holds a sample or a list of them, each .npy file the values of the model's only
/// input, and each folder inside is a sample with one .npy file for every input. One such file alone will do as well.
/// </summary>
internal static class SampleFolder
{
    private const string Layouts = "a folder with .json files {\"input\": values}, with .npy files for a model of one input, or with one folder a sample that holds INPUT.npy";

    /// <summary>The files of a Calibration path in a fixed order.</summary>
    /// <exception cref="ModelPackException">MPK1620: there is nothing, or nothing of that kind.</exception>
    public static IReadOnlyList<string> Files(string path)
    {
        if (File.Exists(path))
        {
            return IsSample(path) ? [path] : throw new ModelPackException(SampleErrors.Missing, $"{path} holds no samples for an ONNX model; Calibration is {Layouts}.");
        }

        string[] files = Directory.Exists(path) ? [.. Directory.EnumerateFiles(path).Concat(Directory.EnumerateDirectories(path).SelectMany(Directory.EnumerateFiles)).Where(IsSample).Order(StringComparer.Ordinal)] : [];
        return files.Length > 0 ? files : throw new ModelPackException(
            SampleErrors.Missing, Directory.Exists(path) ? $"{path} has no samples; Calibration is {Layouts}." : $"{path} does not exist; check the path of Calibration.");
    }

    /// <summary>The folders whose entries a Calibration path stands for: a build that watches them sees a sample that is added.</summary>
    public static IReadOnlyList<string> Folders(string path) => Directory.Exists(path) ? [path, .. Directory.EnumerateDirectories(path).Order(StringComparer.Ordinal)] : [];

    /// <summary>Reads samples in the order of their names.</summary>
    /// <param name="model">Its inputs decide what fits.</param>
    /// <param name="path">A folder or a file.</param>
    /// <param name="most">Samples that are read at most.</param>
    /// <exception cref="ModelPackException">MPK1620 to MPK1622, MPK117x: a file is no sample, or does not fit.</exception>
    public static IReadOnlyList<SampleInput> Read(OnnxModel model, string path, int most)
    {
        IReadOnlyList<ModelInput> inputs = ModelInput.Of(model);
        string root = Path.GetFullPath(path);
        var samples = new List<SampleInput>();
        foreach (IGrouping<string, string> group in Files(root).GroupBy(file => IsJson(file) || !IsInside(file, root) ? file : Path.GetDirectoryName(file)!))
        {
            samples.AddRange(IsJson(group.Key)
                ? SampleJson.Read(group.Key, inputs)
                : [group.Key == group.First() ? Single(group.Key, inputs) : Many(group.Key, group, inputs)]);
            if (samples.Count >= most)
            {
                break;
            }
        }

        return samples.Count <= most ? samples : samples.GetRange(0, most);
    }

    /// <summary>File name of an input: characters that no file name may have become underscores.</summary>
    public static string FileNameOf(string input) => string.Concat(input.Select(c => c < ' ' || "<>:\"/\\|?*".Contains(c) ? '_' : c)) + ".npy";

    private static SampleInput Single(string file, IReadOnlyList<ModelInput> inputs) => inputs.Count == 1
        ? new SampleInput(file, new Dictionary<string, SampleTensor> { [inputs[0].Name] = Values(file, inputs[0]) })
        : throw new ModelPackException(
            SampleErrors.DoesNotFit, $"{file} is one array and the model has the inputs {string.Join(", ", inputs.Select(input => input.Name))}; make a folder for each sample, with {string.Join(", ", inputs.Select(input => FileNameOf(input.Name)))}.");

    private static SampleInput Many(string folder, IEnumerable<string> files, IReadOnlyList<ModelInput> inputs)
    {
        var tensors = new Dictionary<string, SampleTensor>(StringComparer.Ordinal);
        foreach (string file in files)
        {
            ModelInput input = inputs.FirstOrDefault(input => FileNameOf(input.Name) == Path.GetFileName(file)) ?? throw new ModelPackException(
                SampleErrors.DoesNotFit, $"{file}: the model has no such input; its inputs are {string.Join(", ", inputs.Select(input => input.Name))}.");
            tensors.Add(input.Name, Values(file, input));
        }

        return inputs.FirstOrDefault(input => !tensors.ContainsKey(input.Name)) is { } missing
            ? throw new ModelPackException(SampleErrors.DoesNotFit, $"{folder} has no {FileNameOf(missing.Name)}, the values of the model's input '{missing.Name}'; add it.")
            : new SampleInput(folder, tensors);
    }

    private static SampleTensor Values(string file, ModelInput input)
    {
        NpyArray array = NpyFile.Read(file);
        OnnxElementType type = Enum.Parse<OnnxElementType>(array.Type.ToString());
        return input.Problem(type, array.Shape) is { } problem
            ? throw new ModelPackException(SampleErrors.DoesNotFit, $"{file}: {problem}; save it with the type and shape that the model takes.")
            : SampleTensor.Of(type, [.. array.Shape], array.Bytes);
    }

    private static bool IsInside(string file, string root) => Path.GetDirectoryName(file) is { } folder && folder != root && Directory.Exists(root);

    private static bool IsSample(string file) => IsJson(file) || Path.GetExtension(file).Equals(".npy", StringComparison.OrdinalIgnoreCase);

    private static bool IsJson(string file) => Path.GetExtension(file).Equals(".json", StringComparison.OrdinalIgnoreCase);
}
