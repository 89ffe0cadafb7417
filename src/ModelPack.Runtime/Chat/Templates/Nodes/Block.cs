namespace ModelPack.Runtime.Chat.Templates.Nodes;

/// <summary>Statements one after another.</summary>
internal sealed class Block(Statement[] statements) : Statement
{
    public override Flow Execute(RenderState state)
    {
        foreach (Statement statement in statements)
        {
            state.Meter.Step();
            Flow flow = statement.Execute(state);
            if (flow != Flow.Next)
            {
                return flow;
            }
        }

        return Flow.Next;
    }
}
