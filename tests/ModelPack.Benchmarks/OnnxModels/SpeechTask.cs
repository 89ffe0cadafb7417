using System.Buffers.Binary;
using ModelPack.Packing.OnnxModels.Running;
using ModelPack.Packing.OnnxModels.Samples;

namespace ModelPack.Benchmarks.OnnxModels;

/// <summary>The voice activity detector over recordings: each chunk with the state that the chunks before left.</summary>
internal static class SpeechTask
{
    private const int Context = 64;
    private const int Chunk = 512;
    private const int StateSize = 2 * 128;
    private const float Threshold = 0.5f;

    public static ReferenceTask Of(string folder, string file)
    {
        string[] recordings = [.. Directory.EnumerateFiles(Path.Combine(folder, "audio"), "*.wav").Order(StringComparer.Ordinal)];
        float[][] waves = [.. recordings.Skip(1).Select(Read)];
        string path = Path.Combine(folder, file);
        using ModelSession session = ModelSession.Open(path, 1, asDeployed: true);
        SampleInput[] calibration = [.. Samples(session, Read(recordings[0])).Where((_, i) => i % 4 == 0)];
        return new ReferenceTask($"voice activity detector ({file})", path, $"{waves.Length} recordings, {waves.Sum(wave => (wave.Length + Chunk - 1) / Chunk)} chunks", calibration, model => [.. waves.Select(wave => Probabilities(model, wave))], Compare);
    }

    private static (string Text, bool Equal) Compare(IReadOnlyList<float[]> expected, IReadOnlyList<float[]> actual)
    {
        int chunks = expected.Sum(wave => wave.Length), same = expected.Zip(actual).Sum(pair => pair.First.Zip(pair.Second).Count(chunk => chunk.First > Threshold == chunk.Second > Threshold));
        bool within = expected.Zip(actual).All(pair => Within(pair.First, pair.Second));
        return ($"{same} of {chunks} chunks on the same side of 0.5, segments {(within ? "within one frame" : "differ by more than one frame")}", within);
    }

    // Every chunk that is decided otherwise must border on the same change of the reference: at most one frame from it.
    private static bool Within(float[] expected, float[] actual)
    {
        bool At(float[] wave, int i) => wave[Math.Clamp(i, 0, wave.Length - 1)] > Threshold;
        return Enumerable.Range(0, expected.Length).All(i => At(expected, i) == At(actual, i) || At(expected, i - 1) == At(actual, i) || At(expected, i + 1) == At(actual, i));
    }

    private static float[] Probabilities(ModelSession session, float[] wave) => [.. Run(session, wave).Select(step => step.Probability)];

    private static IEnumerable<SampleInput> Samples(ModelSession session, float[] wave) => Run(session, wave).Select(step => step.Sample);

    private static IEnumerable<(SampleInput Sample, float Probability)> Run(ModelSession session, float[] wave)
    {
        var state = new float[StateSize];
        var input = new float[Context + Chunk];
        for (int start = 0; start < wave.Length; start += Chunk)
        {
            Array.Copy(input, Chunk, input, 0, Context);
            Array.Clear(input, Context, Chunk);
            Array.Copy(wave, start, input, Context, Math.Min(Chunk, wave.Length - start));
            var sample = new SampleInput($"chunk {start / Chunk}", new Dictionary<string, SampleTensor>
            {
                ["input"] = SampleTensor.Of<float>([1, input.Length], input),
                ["state"] = SampleTensor.Of<float>([2, 1, StateSize / 2], state),
                ["sr"] = SampleTensor.Of<long>([], [16000L]),
            });
            IReadOnlyDictionary<string, SampleTensor> outputs = session.Run(sample);
            state = outputs["stateN"].ToFloats();
            yield return (sample, outputs["output"].ToFloats()[0]);
        }
    }

    private static float[] Read(string file)
    {
        byte[] bytes = System.IO.File.ReadAllBytes(file);
        int at = 12;
        while (!bytes.AsSpan(at, 4).SequenceEqual("data"u8))
        {
            at += 8 + BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(at + 4));
        }

        int length = Math.Min(BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(at + 4)), bytes.Length - at - 8);
        var wave = new float[length / 2];
        for (int i = 0; i < wave.Length; i++)
        {
            wave[i] = BinaryPrimitives.ReadInt16LittleEndian(bytes.AsSpan(at + 8 + (2 * i))) / 32768f;
        }

        return wave;
    }
}
