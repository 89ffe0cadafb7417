namespace ModelPack.LlamaCpp.Native;

/// <summary>A node of the map of common_imatrix.</summary>
internal struct ImatrixNode
{
    public TreeNode Links;
    public StdString Name;
    public StdVector Sums;
    public StdVector Counts;
}
