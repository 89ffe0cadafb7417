using ModelPack.Runtime.Sessions;

namespace ModelPack.Runtime.Tests.Sessions;

public class ExecutionProvidersTests
{
    [Fact]
    public void Every_provider_is_listed_with_its_reason()
    {
        var providers = ExecutionProviders.Probe();
        Assert.Equal(["CUDA", "CPU"], providers.Select(provider => provider.Name));
        Assert.True(providers[1].Available);
        Assert.All(providers, provider => Assert.NotEmpty(provider.Reason));
    }

    [SkippableFact]
    public void Without_a_device_CUDA_says_why_and_asking_for_it_is_an_error()
    {
        var cuda = ExecutionProviders.Probe()[0];
        Skip.If(cuda.Available, "this machine has CUDA");
        using var folder = new TemporaryFolder();
        new SmallDecoder().Write(folder.Path);
        var settings = GenAiSettings.Read(folder.File(GenAiSettings.FileName));
        var options = new PackedModelOptions { Provider = ExecutionProviderChoice.Cuda };
        var error = Assert.Throws<ModelPackException>(() => SessionOpener.Open(
            folder.File("model.onnx"), settings, options, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance, out _));
        Assert.Equal("MPK4008", error.Code);
        Assert.Contains(cuda.Reason, error.Message, StringComparison.Ordinal);
    }
}
