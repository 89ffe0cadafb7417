using ModelPack.Runtime.Tokenization.Pipeline;

namespace ModelPack.Runtime.Tokenization.Normalizers;

/// <summary>Rewrites a stretch of text before it is cut. Immutable, shared by threads.</summary>
internal abstract class Normalizer
{
    /// <summary>Whether <see cref="Rewrite"/> has anything to do; a quick look, true when in doubt.</summary>
    public virtual bool Changes(ReadOnlySpan<char> text) => true;

    /// <summary>Appends the normalized form of the whole source to the target.</summary>
    public abstract void Rewrite(AlignedText source, AlignedText target, Workspace workspace);

    /// <summary>Normalizes the workspace's segment in place.</summary>
    public virtual void Apply(Workspace workspace)
    {
        if (!Changes(workspace.Segment.Units))
        {
            return;
        }

        workspace.SpareSegment.Reset(workspace.Segment.Tracks);
        Rewrite(workspace.Segment, workspace.SpareSegment, workspace);
        (workspace.Segment, workspace.SpareSegment) = (workspace.SpareSegment, workspace.Segment);
    }
}
