namespace ModelPack.Packing.Architectures.Families;

/// <summary>Which layers have a window, as llama.cpp says it: every n-th layer sees all. Pure.</summary>
internal static class GgufWindows
{
    /// <summary>The period; null where the layers have none that can be stored.</summary>
    public static int? PeriodOf(DecoderArchitecture architecture, GgufFamily gguf)
    {
        IReadOnlyList<int?> windows = architecture.DeclaredWindows;
        int[] sizes = [.. windows.OfType<int>().Distinct()];
        if (sizes.Length == 0 || gguf.WindowPeriod is not int usual)
        {
            return gguf.WindowPeriod;
        }

        int[] candidates = gguf.StoresWindowPeriod ? [usual, .. Enumerable.Range(2, windows.Count)] : [usual];
        return sizes.Length > 1 ? null : candidates.Cast<int?>().FirstOrDefault(period => Enumerable.Range(0, windows.Count).All(layer => windows[layer] is null == ((layer + 1) % period == 0)));
    }

    /// <summary>Positions that a layer with a window sees; null: no layer has one.</summary>
    public static int? SizeOf(DecoderArchitecture architecture) => architecture.DeclaredWindows.OfType<int>().Cast<int?>().FirstOrDefault();
}
