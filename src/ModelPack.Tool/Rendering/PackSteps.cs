using ModelPack.Packing;

namespace ModelPack.Tool.Rendering;

/// <summary>Shows the road's progress as steps.</summary>
internal sealed class PackSteps : IProgress<PackProgress>
{
    private readonly IProgress<Step> _steps;

    private PackSteps(IProgress<Step> steps) => _steps = steps;

    /// <summary>An adapter, or null when nobody looks.</summary>
    public static PackSteps? To(IProgress<Step>? steps) => steps is null ? null : new PackSteps(steps);

    public void Report(PackProgress value) => _steps.Report(new Step(value.Stage, value.DoneBytes, value.TotalBytes, value.Item));
}
