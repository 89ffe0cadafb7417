using System.Text.Json;

namespace ModelPack.Tool.Tests.Commands;

public sealed class DoctorTests
{
    [Fact]
    public void Every_provider_is_listed_with_a_reason_and_the_cpu_is_there()
    {
        JsonElement[] providers = [.. ToolRun.Start("doctor", "--json").RequireDone().Json.GetProperty("providers").EnumerateArray()];

        Assert.All(providers, provider => Assert.NotEqual("", provider.GetProperty("reason").GetString()));
        Assert.True(providers.Single(provider => provider.GetProperty("name").GetString() == "CPU").GetProperty("available").GetBoolean());
        Assert.Contains(providers, provider => provider.GetProperty("name").GetString() == "CUDA");
    }

    [Fact]
    public void A_person_gets_a_line_for_each() => Assert.Matches("(?m)^CPU +available: ONNX Runtime ", ToolRun.Start("doctor").RequireDone().Output);
}
