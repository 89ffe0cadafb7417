namespace ModelPack.Runtime.Chat.Templates.Nodes;

/// <summary>How a statement ended: as usual, or by leaving the loop around it.</summary>
internal enum Flow
{
    Next,
    Break,
    Continue,
}

/// <summary>A part of the syntax tree that writes output or sets variables. Immutable once the template is parsed.</summary>
internal abstract class Statement
{
    public abstract Flow Execute(RenderState state);
}
