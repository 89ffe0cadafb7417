using ModelPack.Runtime.Generation.Sampling;

namespace ModelPack.Runtime.Tests.Generation.Sampling;

public class CandidateTests
{
    [Theory]
    [InlineData(0f, 0)]
    [InlineData(-0f, 1)]
    [InlineData(1.5f, 151_935)]
    [InlineData(-3.25e-8f, int.MaxValue)]
    [InlineData(float.NegativeInfinity, 7)]
    [InlineData(float.MaxValue, 9)]
    public void Value_and_id_come_back_as_they_went_in(float value, int id)
    {
        ulong candidate = Candidate.Pack(value, id);
        Assert.Equal(BitConverter.SingleToInt32Bits(value), BitConverter.SingleToInt32Bits(Candidate.Value(candidate)));
        Assert.Equal(id, Candidate.Id(candidate));
    }

    [Fact]
    public void Sorting_puts_large_values_first_and_low_ids_first_among_equals()
    {
        ulong[] candidates = [Candidate.Pack(-1, 0), Candidate.Pack(2, 9), Candidate.Pack(2, 3), Candidate.Pack(-5, 1), Candidate.Pack(0, 2)];
        Array.Sort(candidates);
        Assert.Equal([3, 9, 2, 0, 1], candidates.Select(Candidate.Id));
    }
}
