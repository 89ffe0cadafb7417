using ModelPack.Formats.Gguf;
using ModelPack.Packing.Planning.Gguf;
using ModelPack.Packing.Recipes.Syntax;
using ModelPack.Quantization.Activations;

namespace ModelPack.Packing.Recipes;

/// <summary>The allowed values of settings that are more than a number or a text, each list once.</summary>
internal static class SettingSyntax
{
    public static readonly ValueSyntax<int> Bits = Numbers(2, 3, 4, 5, 6, 8, 16);

    public static readonly ValueSyntax<int> TableBits = Numbers(4, 8, 16);

    public static readonly ValueSyntax<GroupSize> GroupSize = new ChoiceSyntax<GroupSize>(
        new("16", new GroupSize(16)),
        new("32", new GroupSize(32)),
        new("64", new GroupSize(64)),
        new("128", new GroupSize(128)),
        new("256", new GroupSize(256)),
        new("channel", Recipes.GroupSize.Channel, Available: false));

    public static readonly ValueSyntax<bool> Boolean = new ChoiceSyntax<bool>(new("false", false), new("true", true));

    public static readonly ValueSyntax<QuantizationMethod> Method = new ChoiceSyntax<QuantizationMethod>(
        new("rtn", QuantizationMethod.RoundToNearest),
        new("gptq", QuantizationMethod.Gptq),
        new("awq", QuantizationMethod.Awq),
        new("awq+gptq", QuantizationMethod.AwqGptq),
        new("hqq", QuantizationMethod.Hqq),
        new("nf4", QuantizationMethod.Nf4),
        new("fp4", QuantizationMethod.Fp4),
        new("dynamic", QuantizationMethod.Dynamic),
        new("static", QuantizationMethod.Static));

    public static readonly ValueSyntax<RangeMethod> ActivationRange = new ChoiceSyntax<RangeMethod>(
        new("minmax", RangeMethod.MinMax),
        new("entropy", RangeMethod.Entropy),
        new("percentile", RangeMethod.Percentile),
        new("mse", RangeMethod.MeanSquaredError));

    public static readonly ValueSyntax<ContainerFormat> Format = new ChoiceSyntax<ContainerFormat>(
        new("onnx", ContainerFormat.Onnx),
        new("gguf", ContainerFormat.Gguf));

    public static readonly ValueSyntax<string> GgufType = new ChoiceSyntax<string>([.. FileTypes.Names.Select(name => new Choice<string>(name, name))]);

    /// <summary>Types that a single tensor can be given.</summary>
    public static readonly ValueSyntax<GgufTensorType> TensorType = new ChoiceSyntax<GgufTensorType>(
    [
        .. new[] { GgufTensorType.F32, GgufTensorType.F16, GgufTensorType.BF16 }.Concat(GgufBlocks.Types.Order()).Select(type => new Choice<GgufTensorType>(type.ToString(), type)),
    ]);

    public static readonly ValueSyntax<PackTarget> Target = new ChoiceSyntax<PackTarget>(
        new("cpu", PackTarget.Cpu),
        new("cuda", PackTarget.Cuda));

    public static readonly ValueSyntax<AdapterMode> AdapterMode = new ChoiceSyntax<AdapterMode>(
        new("merge", Recipes.AdapterMode.Merge),
        new("separate", Recipes.AdapterMode.Separate));

    public static readonly ValueSyntax<KvCacheType> KvCache = new ChoiceSyntax<KvCacheType>(
        new("float", KvCacheType.Float),
        new("int8", KvCacheType.Int8, Available: false));

    private static ChoiceSyntax<int> Numbers(params int[] values) =>
        new([.. values.Select(value => new Choice<int>(value.ToString(), value))]);
}
