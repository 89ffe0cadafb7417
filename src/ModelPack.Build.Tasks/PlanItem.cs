namespace ModelPack.Build;

/// <summary>Names of the metadata on the items that <see cref="PlanModels"/> gives to the targets.</summary>
internal static class PlanItem
{
    public const string Name = "ModelPackName";
    public const string Key = "ModelPackKey";
    public const string Folder = "ModelPackFolder";
    public const string Files = "ModelPackFiles";
    public const string Missing = "ModelPackMissing";
    public const string DefiningProject = "ModelPackProject";
    public const string Memo = "ModelPackMemo";
    public const string Pack = "ModelPackPack";
    public const string Context = "ModelPackContext";
    public const string Began = "ModelPackBegan";
}
