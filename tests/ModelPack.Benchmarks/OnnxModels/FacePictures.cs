using ModelPack.Packing.OnnxModels.Samples;

namespace ModelPack.Benchmarks.OnnxModels;

/// <summary>
/// Pictures of faces as a few ellipses: no photograph comes with the model. The detector finds them, which is enough to compare what it
/// finds before and after.
/// </summary>
internal static class FacePictures
{
    private const int Width = 320;
    private const int Height = 240;
    private const float Threshold = 0.5f;
    private const float SameBox = 0.9f;

    private static readonly (float X, float Y, float Width, float Height)[] Anchors = [.. MakeAnchors()];

    /// <summary>A picture with one to three faces, the same for the same number.</summary>
    public static SampleInput Draw(int number)
    {
        var random = new Random(number + 7);
        var picture = new float[3][];
        float[] ground = [random.Next(40, 200), random.Next(40, 200), random.Next(40, 200)];
        for (int channel = 0; channel < 3; channel++)
        {
            picture[channel] = new float[Width * Height];
            for (int i = 0; i < picture[channel].Length; i++)
            {
                picture[channel][i] = ground[channel] + (30 * MathF.Sin(((i % Width) * 0.03f) + channel)) + (20 * MathF.Cos(i / Width * 0.05f)) + random.Next(-6, 7);
            }
        }

        int faces = 1 + (number % 3);
        for (int face = 0; face < faces; face++)
        {
            Face(picture, (Width * ((2 * face) + 1) / (2f * faces)) + random.Next(-8, 9), (Height / 2f) + random.Next(-25, 26), random.Next(26, 50) * (faces == 1 ? 1.5f : 1f), 0.75f + (0.25f * random.NextSingle()));
        }

        float[] values = [.. picture.SelectMany(plane => plane.Select(value => (Math.Clamp(value, 0, 255) - 127) / 128))];
        return new SampleInput($"picture {number}", new Dictionary<string, SampleTensor> { ["input"] = SampleTensor.Of<float>([1, 3, Height, Width], values) });
    }

    /// <summary>Anchors above the threshold on both sides, and the overlap of their boxes.</summary>
    public static (string Text, bool Equal) Compare(IReadOnlyList<float[]> expected, IReadOnlyList<float[]> actual)
    {
        int found = 0, same = 0, near = 0;
        double least = 1, leastOfAnchor = 1;
        for (int i = 0; i < expected.Count; i += 2)
        {
            float[] scores = expected[i], otherScores = actual[i], boxes = Boxes(expected[i + 1]), otherBoxes = Boxes(actual[i + 1]);

            // A detection is the best anchor of those that lie on each other, as suppression leaves it.
            foreach (int anchor in Suppressed(scores, boxes))
            {
                found++;
                int[] others = Suppressed(otherScores, otherBoxes);
                double overlap = others.Length == 0 ? 0 : others.Max(other => Overlap(boxes.AsSpan(anchor * 4, 4), otherBoxes.AsSpan(other * 4, 4)));
                least = Math.Min(least, overlap);

                // Where two anchors of a face score nearly the same, another one of them may be the best.
                leastOfAnchor = Math.Min(leastOfAnchor, Overlap(boxes.AsSpan(anchor * 4, 4), otherBoxes.AsSpan(anchor * 4, 4)));
                near += overlap > SameBox ? 1 : 0;
            }

            same += Suppressed(scores, boxes).Length == Suppressed(otherScores, otherBoxes).Length ? 1 : 0;
        }

        return ($"{near} of {found} faces with IoU > 0.9 (least {least:0.000}, of the same anchor {leastOfAnchor:0.000}), same number in {same} of {expected.Count / 2} pictures", found > 0 && near == found && same == expected.Count / 2);
    }

    private static void Face(float[][] picture, float x, float y, float size, float tone)
    {
        Ellipse(picture, x, y - (size * 0.25f), size * 0.95f, size * 1.15f, 45 * tone, 30 * tone, 22 * tone);
        Ellipse(picture, x, y, size * 0.78f, size, 224 * tone, 172 * tone, 140 * tone);
        foreach (int side in new[] { -1, 1 })
        {
            Ellipse(picture, x + (side * size * 0.3f), y - (size * 0.34f), size * 0.2f, size * 0.045f, 60 * tone, 40 * tone, 30 * tone);
            Ellipse(picture, x + (side * size * 0.3f), y - (size * 0.18f), size * 0.15f, size * 0.085f, 235, 235, 232);
            Ellipse(picture, x + (side * size * 0.3f), y - (size * 0.18f), size * 0.075f, size * 0.085f, 45, 30, 25);
            Ellipse(picture, x + (side * size * 0.08f), y + (size * 0.2f), size * 0.035f, size * 0.03f, 120 * tone, 75 * tone, 60 * tone);
        }

        Ellipse(picture, x, y + (size * 0.06f), size * 0.07f, size * 0.18f, 205 * tone, 150 * tone, 120 * tone);
        Ellipse(picture, x, y + (size * 0.5f), size * 0.27f, size * 0.08f, 170 * tone, 80 * tone, 75 * tone);
        Ellipse(picture, x, y + (size * 0.49f), size * 0.2f, size * 0.02f, 90 * tone, 40 * tone, 38 * tone);
    }

    private static void Ellipse(float[][] picture, float x, float y, float width, float height, float red, float green, float blue)
    {
        float[] color = [red, green, blue];
        for (int row = Math.Max(0, (int)(y - height - 1)); row < Math.Min(Height, y + height + 1); row++)
        {
            for (int column = Math.Max(0, (int)(x - width - 1)); column < Math.Min(Width, x + width + 1); column++)
            {
                float dx = (column - x) / width, dy = (row - y) / height, distance = MathF.Sqrt((dx * dx) + (dy * dy));
                float share = Math.Clamp((1 - distance) * Math.Min(width, height) * 0.5f, 0, 1), shade = 1 - (0.25f * dx * dx);
                for (int channel = 0; channel < 3; channel++)
                {
                    picture[channel][(row * Width) + column] += share * ((color[channel] * shade) - picture[channel][(row * Width) + column]);
                }
            }
        }
    }

    // The graph ends before its boxes: each is relative to an anchor, centre and logarithm of the size, as in SSD (arXiv 1512.02325).
    private static float[] Boxes(float[] regressions)
    {
        var boxes = new float[regressions.Length];
        for (int anchor = 0; anchor < Anchors.Length; anchor++)
        {
            (float x, float y, float width, float height) = Anchors[anchor];
            ReadOnlySpan<float> from = regressions.AsSpan(anchor * 4, 4);
            float centerX = x + (from[0] * 0.1f * width), centerY = y + (from[1] * 0.1f * height);
            float halfWidth = width * MathF.Exp(from[2] * 0.2f) / 2, halfHeight = height * MathF.Exp(from[3] * 0.2f) / 2;
            float[] box = [centerX - halfWidth, centerY - halfHeight, centerX + halfWidth, centerY + halfHeight];
            box.CopyTo(boxes, anchor * 4);
        }

        return boxes;
    }

    private static IEnumerable<(float X, float Y, float Width, float Height)> MakeAnchors()
    {
        (int Step, int[] Sizes)[] maps = [(8, [10, 16, 24]), (16, [32, 48]), (32, [64, 96]), (64, [128, 192, 256])];
        foreach ((int step, int[] sizes) in maps)
        {
            int columns = (Width + step - 1) / step, rows = (Height + step - 1) / step;
            for (int row = 0; row < rows; row++)
            {
                for (int column = 0; column < columns; column++)
                {
                    foreach (int size in sizes)
                    {
                        yield return ((column + 0.5f) * step / Width, (row + 0.5f) * step / Height, (float)size / Width, (float)size / Height);
                    }
                }
            }
        }
    }

    private static int[] Suppressed(float[] scores, float[] boxes)
    {
        var kept = new List<int>();
        foreach (int anchor in Enumerable.Range(0, scores.Length / 2).Where(anchor => scores[(2 * anchor) + 1] > Threshold).OrderByDescending(anchor => scores[(2 * anchor) + 1]))
        {
            if (kept.TrueForAll(other => Overlap(boxes.AsSpan(anchor * 4, 4), boxes.AsSpan(other * 4, 4)) < 0.3))
            {
                kept.Add(anchor);
            }
        }

        return [.. kept];
    }

    private static double Overlap(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double width = Math.Max(0, Math.Min(a[2], b[2]) - Math.Max(a[0], b[0])), height = Math.Max(0, Math.Min(a[3], b[3]) - Math.Max(a[1], b[1]));
        double shared = width * height, both = ((a[2] - a[0]) * (a[3] - a[1])) + ((b[2] - b[0]) * (b[3] - b[1])) - shared;
        return both <= 0 ? 0 : shared / both;
    }
}
