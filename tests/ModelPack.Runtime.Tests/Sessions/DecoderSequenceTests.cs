using ModelPack.Formats.Onnx;

namespace ModelPack.Runtime.Tests.Sessions;

public class DecoderSequenceTests
{
    private const int Tokens = 150;
    private const float Float32Error = 2e-5f;
    private const float Float16Error = 2e-2f;

    private static readonly Lazy<float[][]> Expected = new(() =>
    {
        using var session = SmallSession.Open(SmallDecoder.Shapes["plain"]);
        using var sequence = session.CreateSequence(Tokens);
        sequence.Append(SmallSession.Ids(Tokens), CancellationToken.None);
        return [.. Enumerable.Range(0, Tokens).Select(row => sequence.Logits(row).ToArray())];
    });

    public static TheoryData<string> Shapes => [.. SmallDecoder.Shapes.Keys];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Every_shape_of_graph_computes_the_same_step_by_step(string shape)
    {
        var decoder = SmallDecoder.Shapes[shape];
        using var session = SmallSession.Open(decoder);
        Assert.Equal(!decoder.Appends, session.Traits.SharesCaches);
        Assert.Equal(!decoder.LastRowOnly, session.Traits.AllLogits);

        // One token of room: the caches must grow several times on the way.
        using var sequence = session.CreateSequence(1);
        int[] ids = SmallSession.Ids(Tokens);
        for (int i = 0; i < Tokens; i++)
        {
            sequence.Append(ids[i]);
            AssertClose(decoder, Expected.Value[i], sequence.Logits());
        }

        Assert.Equal(ids, sequence.Tokens.ToArray());
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Every_shape_of_graph_computes_the_same_in_chunks(string shape)
    {
        var decoder = SmallDecoder.Shapes[shape];
        using var session = SmallSession.Open(decoder, prefillChunk: 32);
        using var sequence = session.CreateSequence(40);
        int[] ids = SmallSession.Ids(Tokens);
        sequence.Append(ids.AsSpan(0, 120), CancellationToken.None);
        AssertClose(decoder, Expected.Value[119], sequence.Logits());
        sequence.Append(ids[120]);
        sequence.Append(ids.AsSpan(121), CancellationToken.None);
        AssertClose(decoder, Expected.Value[Tokens - 1], sequence.Logits());
        Assert.Equal(96, sequence.ReusableLength);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void After_a_truncation_other_tokens_follow(string shape)
    {
        var decoder = SmallDecoder.Shapes[shape];
        using var session = SmallSession.Open(decoder, prefillChunk: 32);
        using var sequence = session.CreateSequence(40);
        int[] ids = SmallSession.Ids(Tokens);
        sequence.Append([.. ids[..50], 3, 1, 4, 1, 5], CancellationToken.None);
        int kept = sequence.Truncate(50);
        Assert.Equal(decoder.Appends ? 0 : 50, kept);
        sequence.Append(ids.AsSpan(kept, 60 - kept), CancellationToken.None);
        AssertClose(decoder, Expected.Value[59], sequence.Logits());
    }

    [Fact]
    public void Texts_that_run_at_once_do_not_disturb_each_other()
    {
        using var session = SmallSession.Open(SmallDecoder.Shapes["plain"]);
        int[] ids = SmallSession.Ids(Tokens);
        Parallel.For(0, 8, new ParallelOptions { MaxDegreeOfParallelism = 4 }, round =>
        {
            using var sequence = session.CreateSequence(16);
            int prompt = 1 + (round * 9);
            sequence.Append(ids.AsSpan(0, prompt), CancellationToken.None);
            for (int i = prompt; i < Tokens; i++)
            {
                sequence.Append(ids[i]);
            }

            AssertClose(SmallDecoder.Shapes["plain"], Expected.Value[Tokens - 1], sequence.Logits());
        });
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_token_allocates_nothing(string shape)
    {
        using var session = SmallSession.Open(SmallDecoder.Shapes[shape]);
        using var sequence = session.CreateSequence(256);
        int[] ids = SmallSession.Ids(Tokens);
        sequence.Append(ids.AsSpan(0, 20), CancellationToken.None);
        Step(20, 30);

        Assert.Equal(0, AllocatedBytes.Least(attempt => Step(30 + (15 * attempt), 45 + (15 * attempt))));

        void Step(int from, int to)
        {
            for (int i = from; i < to; i++)
            {
                sequence.Append(ids[i]);
                sequence.Logits()[0] = 0;
            }
        }
    }

    [Fact]
    public void Cancellation_is_noticed_between_chunks()
    {
        using var session = SmallSession.Open(SmallDecoder.Shapes["plain"], prefillChunk: 32);
        using var sequence = session.CreateSequence(Tokens);
        using var cancellation = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => sequence.Append(SmallSession.Ids(Tokens), cancellation.Token, first =>
        {
            if (first == 32)
            {
                cancellation.Cancel();
            }
        }));
        Assert.Equal(64, sequence.Length);
    }

    [Fact]
    public void An_aborted_sequence_stops_running()
    {
        using var session = SmallSession.Open(SmallDecoder.Shapes["plain"]);
        using var sequence = session.CreateSequence(Tokens);
        sequence.Append(1);
        sequence.Abort();
        Assert.Equal("MPK4009", Assert.Throws<ModelPackException>(() => sequence.Append(2)).Code);
        Assert.Equal(1, sequence.Length);
    }

    [Fact]
    public void The_native_session_outlives_its_owner_while_a_text_uses_it()
    {
        var session = SmallSession.Open(SmallDecoder.Shapes["plain"]);
        var sequence = session.CreateSequence(10);
        session.Dispose();
        sequence.Append(1);
        Assert.False(session.Freed.IsCompleted);
        Assert.Throws<ObjectDisposedException>(() => session.CreateSequence(10));
        sequence.Dispose();
        Assert.True(session.Freed.IsCompleted);
    }

    private static void AssertClose(SmallDecoder decoder, ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        float error = decoder.Type == OnnxElementType.Float16 ? Float16Error : Float32Error;
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.InRange(actual[i], expected[i] - error, expected[i] + error);
        }
    }
}
