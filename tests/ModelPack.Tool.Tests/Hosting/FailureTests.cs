using ModelPack.Tool.Hosting;

namespace ModelPack.Tool.Tests.Hosting;

public sealed class FailureTests
{
    [Fact]
    public void What_the_rooms_report_passes_through()
    {
        var error = new ModelPackException("MPK1001", "A file is broken.");

        Assert.Same(error, Failure.Describe(error));
        Assert.Same(error, Failure.Describe(new AggregateException(error)));
    }

    [Fact]
    public void File_system_errors_keep_their_sentence()
    {
        ModelPackException error = Failure.Describe(new IOException("No space left on device : '/x/y'"));

        Assert.Equal("MPK3102", error.Code);
        Assert.Equal("No space left on device : '/x/y'.", error.Message);
    }

    [Fact]
    public void Defects_ask_for_a_report_on_one_line()
    {
        ModelPackException error = Failure.Describe(new InvalidOperationException("first\nsecond"));

        Assert.Equal("MPK3199", error.Code);
        Assert.Contains("first second", error.Message);
        Assert.Contains("report", error.Message);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void Lack_of_memory_points_at_plan() => Assert.Equal("MPK3103", Failure.Describe(new InsufficientMemoryException()).Code);
}
