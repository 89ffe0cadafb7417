using System.Runtime.InteropServices;

namespace ModelPack.LlamaCpp.Native;

/// <summary>common_imatrix: a map from names to entries, then what else there is.</summary>
[StructLayout(LayoutKind.Sequential, Size = 256)]
internal struct CommonImatrix
{
    public nint Compare;
    public TreeNode Header;
    public nuint Count;
}
