using ModelPack.LlamaCpp;
using ModelPack.Packing.Planning.Gguf;
using ModelPack.Packing.Recipes;
using ModelPack.Packing.Writing.Gguf;

namespace ModelPack.Packing.Tests.Writing.Gguf;

/// <summary>The type of every tensor is the one that llama.cpp's own quantizer would give it.</summary>
public class MixtureTests
{
    public static TheoryData<string> Types => [.. FileTypes.Names.Where(name => FileTypes.Find(name).IsQuantized)];

    [SkippableTheory]
    [MemberData(nameof(Types))]
    public void Models_of_8_16_and_32_blocks_get_llama_cpps_mixture(string type)
    {
        foreach ((int layers, int keyHeads, bool tied) in new[] { (8, 8, false), (16, 4, true), (32, 2, false) })
        {
            Compare(type, withImportance: false, new SyntheticArchitecture(layers, keyHeads, tied));
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Types))]
    public void With_importance_too(string type)
    {
        foreach ((int layers, int keyHeads, bool tied) in new[] { (16, 2, false), (8, 1, true) })
        {
            Compare(type, withImportance: true, new SyntheticArchitecture(layers, keyHeads, tied));
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Types))]
    public void Rows_that_are_no_whole_blocks_get_llama_cpps_narrower_types(string type)
    {
        foreach ((int hidden, int intermediate) in new[] { (288, 768), (256, 352), (64, 160) })
        {
            Compare(type, withImportance: false, new SyntheticArchitecture(8, 4, tied: hidden == 64, hidden, intermediate));
        }
    }

    [Theory]
    [InlineData("Q4_K_M")]
    [InlineData("Q8_0")]
    public void Rows_that_not_even_32_divides_are_kept_as_F16_where_llama_cpp_gives_up(string type)
    {
        using var model = new SyntheticArchitecture(8, 8, tied: true, hidden: 64, intermediate: 172);

        IReadOnlyDictionary<string, PlannedType> types = TensorTypePlanner.Plan(model.Architecture, Recipe.Parse(new Dictionary<string, string> { ["Format"] = "gguf", ["Type"] = type }));

        Assert.All(types.Where(planned => planned.Key.Contains("down_proj", StringComparison.Ordinal)), planned => Assert.Equal("F16", planned.Value.Type.ToString()));
        Assert.All(types.Where(planned => planned.Key.Contains("up_proj", StringComparison.Ordinal)), planned => Assert.NotEqual("F16", planned.Value.Type.ToString()));
    }

    private static void Compare(string type, bool withImportance, SyntheticArchitecture model)
    {
        LlamaCpp.Require();
        using (model)
        {
            var settings = new Dictionary<string, string> { ["Format"] = "gguf", ["Type"] = type };
            if (withImportance)
            {
                settings["Calibration"] = "some.txt";
            }

            IReadOnlyList<NamedTensor> tensors = TensorNames.Of(model.Architecture);
            Dictionary<string, float[]>? importance = withImportance
                ? tensors.Where(tensor => tensor.Parts[0].Weight.IsMatrix).ToDictionary(tensor => tensor.Name, tensor => Enumerable.Repeat(1f, tensor.Parts[0].Weight.Columns).ToArray())
                : null;
            IReadOnlyDictionary<string, PlannedType> planned = TensorTypePlanner.Plan(model.Architecture, Recipe.Parse(settings));

            IReadOnlyList<(string Name, string Type)> expected = LlamaProcess.PlanTypes(model.Path, FileTypes.Find(type).Id, importance);

            Assert.Equal(
                expected.Select(tensor => (tensor.Name, tensor.Type.ToUpperInvariant())),
                tensors.Select(tensor => (tensor.Name, planned[tensor.Parts[0].Weight.Name].Type.ToString().ToUpperInvariant())));
        }
    }
}
