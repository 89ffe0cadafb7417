namespace ModelPack.Runtime.Chat.Templates.Values;

/// <summary>A stable merge sort; unlike the library's it lets the faults of a comparison through as they are.</summary>
internal static class Sorting
{
    public static T[] Stable<T>(T[] items, Func<T, T, int> compare)
    {
        T[] from = [.. items];
        var to = new T[items.Length];
        for (int width = 1; width < items.Length; width *= 2)
        {
            for (int start = 0; start < items.Length; start += width * 2)
            {
                Merge(from, to, start, Math.Min(start + width, items.Length), Math.Min(start + width * 2, items.Length), compare);
            }

            (from, to) = (to, from);
        }

        return from;
    }

    private static void Merge<T>(T[] from, T[] to, int start, int middle, int end, Func<T, T, int> compare)
    {
        int left = start;
        int right = middle;
        for (int i = start; i < end; i++)
        {
            to[i] = left < middle && (right >= end || compare(from[left], from[right]) <= 0) ? from[left++] : from[right++];
        }
    }
}
