namespace ModelPack.LlamaCpp.Native;

/// <summary>Part of libstdc++'s std::map: what every node begins with.</summary>
internal unsafe struct TreeNode
{
    public nint Color;
    public TreeNode* Parent;
    public TreeNode* Left;
    public TreeNode* Right;
}
