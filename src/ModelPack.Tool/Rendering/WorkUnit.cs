namespace ModelPack.Tool.Rendering;

/// <summary>What <see cref="Step"/> counts.</summary>
internal enum WorkUnit
{
    Bytes,
    Windows,
}
